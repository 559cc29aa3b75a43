"""A body's own order at its desk: who handles what, saved views, standard texts. Requirements B02, B04."""

from urllib.parse import parse_qs

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours
from deviations.models import Deviation, SavedView, StandardText
from deviations.services.begin import begin, done
from deviations.services.form import guard
from deviations.workflow import STEPS
from orgs.models import Body, User
from orgs.permissions import holders, keys_of
from orgs.roles import Ability

LONGEST_QUERY = 500


@transaction.atomic
def assign(deviation: Deviation, *, to: User | None, by: User, seen: int | None = None) -> Deviation:
    """Say who at the body handles it; None is nobody. The history tells that it happened, never a person's name."""
    deviation, acting = begin(deviation, "assign", by=by, seen=seen)
    body = acting.party.body_id
    assert body is not None  # noqa: S101  # only bodies assign
    if to is not None and to.pk not in handlers_of([body]):
        raise Invalid({"to": [("unknown", _("Välj någon som handlägger i organet."))]})
    deviation.assigned_to = to
    done(deviation, "assign", by, acting, someone=to is not None)
    return deviation


def handlers_of(bodies: list[int]) -> set[int]:
    """Ids of those who handle in the bodies today."""
    return holders(Ability.HANDLE, bodies=bodies)


# ── saved views ──────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def save_view(*, body: Body, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Keep the address bar's filters under a name, for oneself or for all who read in the body. The same name of one's
    own is replaced."""
    _require_reads(body, by)
    if shared:
        _require_handles(body, by)
    name = name.strip()
    if not name or len(name) > 60:
        raise Invalid({"name": [("required", _("Ge vyn ett namn, högst 60 tecken."))]})
    if len(query) > LONGEST_QUERY:
        raise Invalid({"name": [("too_long", _("Urvalet är för långt att spara."))]})
    guard("name", name)
    for words in parse_qs(query).get("q", ()):  # what was searched for is kept with it
        guard("name", words)
    view, _new = SavedView.objects.update_or_create(
        body=body, user=by, name=name, defaults={"query": query, "shared": shared}
    )
    return view


@transaction.atomic
def forget_view(view: SavedView, *, by: User) -> None:
    """Its owner takes it away; a shared one also anyone who handles in the body."""
    if view.user_id != by.pk and not (view.shared and keys_of(by).on_body(Ability.HANDLE, view.body_id)):
        raise NotYours(_("Vyn är någon annans."))
    view.delete()


# ── standard texts ───────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def write_standard_text(
    *, body: Body, step: str, category: str, name: str, text: str, by: User, text_id: int | None = None
) -> StandardText:
    """Write one, or rewrite the one with `text_id`. The body's diary tells that it changed."""
    _require_handles(body, by)
    faults: dict[str, list[tuple[str, str]]] = {}
    if step not in STEPS:
        faults["step"] = [("unknown", _("Välj var texten ska användas."))]
    if not name.strip():
        faults["name"] = [("required", _("Ge texten ett namn."))]
    if not text.strip():
        faults["text"] = [("required", _("Skriv texten."))]
    if faults:
        raise Invalid(faults)
    guard("text", text)
    guard("name", name)
    given = {"step": step, "category": category, "name": name.strip(), "text": text}
    if text_id is None:
        written = StandardText.objects.create(body=body, **given)
    else:
        written = StandardText.objects.select_for_update().get(pk=text_id, body=body, ended_at__isnull=True)
        for field, value in given.items():
            setattr(written, field, value)
        written.save()
    enter(body, "write_standard_text", by=by, data={"step": step, "name": written.name})
    return written


@transaction.atomic
def end_standard_text(text: StandardText, *, by: User) -> None:
    """It is offered no more. What was written with it stays."""
    _require_handles(text.body, by)
    if text.ended_at is None:
        text.ended_at = clock.now()
        text.save(update_fields=["ended_at"])
        enter(text.body, "end_standard_text", by=by, data={"step": text.step, "name": text.name})


def standard_texts(deviation: Deviation, step: str, *, by: User) -> list[StandardText]:
    """Those that the person's bodies offer for this step of this deviation: of its category, then of all."""
    handles = keys_of(by).bodies.get(Ability.HANDLE, frozenset())
    if not handles:
        return []
    texts = StandardText.objects.filter(body__in=handles, step=step, ended_at__isnull=True)
    main = deviation.category.partition("/")[0]
    fitting = texts.filter(category__in={"", main, deviation.category})
    return sorted(fitting, key=lambda text: (text.category == "", text.name))


def _require_reads(body: Body, by: User) -> None:
    if not keys_of(by).on_body(Ability.READ, body.pk):
        raise NotYours(_("Bara den som läser i organet kan göra det här."))


def _require_handles(body: Body, by: User) -> None:
    if not keys_of(by).on_body(Ability.HANDLE, body.pk):
        raise NotYours(_("Bara den som handlägger i organet kan göra det här."))
