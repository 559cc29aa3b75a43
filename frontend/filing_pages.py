"""What the pages of filing are drawn from. Changes nothing but the person's own session."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Deviation
from deviations.precedents import Alike, alike, matter_filed
from deviations.routing import Routing
from deviations.services.draft_pages import CONCERNS, REVIEW, WHAT, Page, mark_of
from deviations.services.form import Filing, preview, profile_for
from deviations.similar import filed_before
from deviations.workflow import State
from frontend.components import Station
from frontend.dates import day, limit, moment
from frontend.filing_begun import proposed_because
from frontend.forms.filing import ConcernsForm, HappenedForm, ReviewForm, otherwise, plain_lines
from frontend.forms.filing_events import openings
from frontend.forms.filing_guard import Guarded, guarded, swapped
from frontend.forms.filing_habits import filed_lately, kinds_lately
from frontend.forms.filing_proposals import proposed, shown_first, suggested_units
from frontend.lookup import matrix
from frontend.refusals import CONFLICT
from frontend.requests import Request
from orgs.models import Organisation, User
from orgs.profiles.schema import Category, Profile

STEPS = (gettext_lazy("Vad hände?"), gettext_lazy("Vilka berörs?"), gettext_lazy("Se över"))
PAGES = (
    (WHAT, "frontend/filing/what.html"),
    (CONCERNS, "frontend/filing/concerns.html"),
    (REVIEW, "frontend/filing/review.html"),
)
KEY = re.compile(r"[\w.-]{1,32}", re.ASCII)
MOST_DIGITS = 6
IN_STEP_2 = frozenset(
    {"receiving_units", "occurred_on", "age", "target_group", "category", "problem_area", "care_level"}
)
NOT_NAMES = "not_names"


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def drafts_of(user: User) -> list[Deviation]:
    """One's own drafts with something in them, newest first."""
    own = Deviation.objects.visible_to(user).filter(filed_by=user, state=State.DRAFT).exclude(happened="")
    return list(own.select_related("receiving_unit__principal").order_by("-pk")[:20])


def saved_words(at: datetime, guard: Guarded | None = None) -> list[str]:
    """What stands beside the button: what is left, and when the draft was kept."""
    when = moment(at, "clock" if timezone.localtime(at).date() == clock.today() else "")
    kept = _("Utkastet är sparat %(when)s.") % {"when": when}
    return [words for words in (guard.left if guard else "", kept) if words]


def _beside_the_button(kept: Filing | None, step: str, guard: Guarded | None = None) -> dict[str, Any]:
    """After a save that the page asked for by itself: that it was kept, and what the page now has shown; or (None) that
    another page has changed the draft."""
    if kept is None:
        return {"saved": [_("Inte sparat: utkastet har ändrats någon annanstans. Gå vidare för att se båda.")]}
    return {"saved": saved_words(clock.now(), guard), "shown": mark_of(kept, step)}


def routine_of(unit: Organisation) -> dict[str, Any]:
    """The routine that the county files by, with its validity (A02)."""
    routine = profile_for(Filing(reporting_unit=unit))[1].routine
    expired = routine.valid_to is not None and routine.valid_to < clock.today()
    return {"routine": routine, "routine_expired": expired, "routine_county": unit.county.name}


# ── step 1 ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def what_page(
    request: Request, draft: Deviation, filing: Filing, form: HappenedForm, status: int = 200, *,
    changed: bool = False, shown: str = "",
) -> HttpResponse:  # fmt: skip
    """`shown`: the mark that the page was sent with, when its text could not be taken."""
    text = form["happened"].value() or ""
    words = {
        **_guard_words(request, draft, text),
        "begun": text in openings(),
        **routine_of(draft.reporting_unit),  # type: ignore[arg-type]  # a draft is made with its unit
    }
    return _step(request, 1, draft, filing, form, words, status, changed=changed, shown=shown)


def guard_fragment(request: Request, draft: Deviation, text: str, kept: Filing | None) -> HttpResponse:
    """What the guard found now, with the marks and the button to swap in elsewhere on the page."""
    words = {"draft": draft, **_guard_words(request, draft, text)}
    words |= _beside_the_button(kept, WHAT, words["guard"])
    return render(request, "frontend/filing/guard_fragment.html", words)


def _guard_words(request: Request, draft: Deviation, text: str) -> dict[str, Any]:
    guard = guarded(text, not_names=_not_names(request, draft))
    at = clock.now() if request.method == "POST" else draft.changed_at
    return {"text": text, "guard": guard, "saved": saved_words(at, guard)}


def remember_not_a_name(request: Request, draft: Deviation) -> None:
    """The writer says that the words are no name. Kept with the log-in session, and gone when the draft is sent."""
    if words := request.POST.get("not_a_name"):
        kept = request.session.setdefault(NOT_NAMES, {})
        kept[str(draft.pk)] = [*kept.get(str(draft.pk), ()), words]
        request.session.modified = True


def forget_not_a_name(request: Request, draft: Deviation) -> None:
    if request.session.get(NOT_NAMES, {}).pop(str(draft.pk), None) is not None:
        request.session.modified = True


def _not_names(request: Request, draft: Deviation) -> Collection[str]:
    names: Collection[str] = request.session.get(NOT_NAMES, {}).get(str(draft.pk), ())
    return names


# ── step 2 ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def concerns_page(
    request: Request, draft: Deviation, filing: Filing, form: ConcernsForm, profile: Profile, status: int = 200,
    *, changed: bool = False,
) -> HttpResponse:  # fmt: skip
    words = {
        "several_units": len(form.fields["reporting_unit"].choices) > 1,  # type: ignore[attr-defined]  # a ChoiceField
        "groups": [*profile.target_groups],
        "days": days_to_press(),
        **_kinds(form, filing, profile, kinds_lately(filed_lately(request.user))),
        **_receiving(request, draft, filing, form),
        **_beside_the_answers(filing, profile),
    }
    return _step(request, 2, draft, filing, form, words, status, changed=changed)


def concerns_fragment(
    request: Request, draft: Deviation, filing: Filing, form: ConcernsForm, profile: Profile, kept: Filing | None
) -> HttpResponse:
    """After a unit was added or taken away the list of units; after any other answer what stands beside the answers."""
    words = {"draft": draft, "filing": filing, "profile": profile, **_beside_the_button(kept, CONCERNS)}
    if {"add", "remove"} & set(request.POST):
        receiving = _receiving(request, draft, filing, form, typed="")
        return render(request, "frontend/filing/receiving.html", {**words, **receiving, "with_saved": True})
    return render(request, "frontend/filing/beside.html", {**words, **_beside_the_answers(filing, profile)})


def suggestions_fragment(request: Request, draft: Deviation, filing: Filing) -> HttpResponse:
    words = {"draft": draft, **_suggestions(request, filing, request.GET.get("q", ""))}
    return render(request, "frontend/filing/suggestions.html", words)


def back_at(request: Request) -> str:
    """The typed letters as a query string, so that a search without scripts survives the redirect, and the place on
    the page of the button pressed."""
    if "day" in request.POST:
        return "#nar"
    return (urlencode({"q": request.POST.get("q", "")}) if "search" in request.POST else "") + "#vilka"


def days_to_press() -> list[tuple[str, str]]:
    """Days that are chosen with one press, and what they are called."""
    today = clock.today()
    named = (today, _("I dag")), (today - timedelta(days=1), _("I går"))
    return [(on.isoformat(), name) for on, name in named]


def day_pressed(request: Request) -> dict[str, Any]:
    """The day of the button pressed, without scripts; nothing else is a day to press."""
    pressed = request.POST.get("day", "")
    return {"occurred_on": date.fromisoformat(pressed)} if pressed in dict(days_to_press()) else {}


def put_faults(form: ConcernsForm, filing: Filing) -> bool:
    """Put what is missing or wrong in this step at its fields. True when something was."""
    faults = {name: texts for name, texts in preview(filing).errors.items() if name in IN_STEP_2}
    for name, texts in faults.items():
        if name not in form.errors:
            field = name if name in form.fields else None
            form.add_error(field, [ValidationError(text, code=code) for code, text in texts])
    return bool(faults)


def _kinds(form: ConcernsForm, filing: Filing, profile: Profile, lately: Sequence[str]) -> dict[str, Any]:
    best = proposed(profile, filing.happened)[:1]
    chosen = form["category"].value() or (best[0].code if best and not form.is_bound else "")
    first = shown_first(profile, filing.happened, chosen, lately)
    rest = [c for c in profile.categories if not c.retired and c not in first]

    def row(category: Category) -> dict[str, Any]:
        beside = _("Du valde det senast") if category.code in lately else category.short
        beside = _("Föreslås utifrån din text") if category in best else beside
        return {"category": category, "checked": category.code == chosen, "beside": beside}

    return {"kinds": [row(c) for c in first], "other_kinds": [row(c) for c in rest]}


def _receiving(
    request: Request, draft: Deviation, filing: Filing, form: ConcernsForm, typed: str | None = None
) -> dict[str, Any]:
    typed = request.GET.get("q", "") if typed is None else typed
    errors = list(form.non_field_errors()) if form.is_bound else []
    reasons = proposed_because(request, draft)
    chosen = [(unit, reasons.get(unit.pk, "")) for unit in filing.receiving_units]
    words = {"draft": draft, "filing": filing, "receiving_errors": errors, "chosen": chosen}
    return {**words, **_suggestions(request, filing, typed)}


def _suggestions(request: Request, filing: Filing, typed: str) -> dict[str, Any]:
    chosen = [unit.pk for unit in filing.receiving_units]
    county = filing.reporting_unit.county
    return {"typed": typed, "suggestions": suggested_units(county, typed, chosen=chosen, user=request.user)}


def _beside_the_answers(filing: Filing, profile: Profile) -> dict[str, Any]:
    groups = profile.groups_at(filing.age) if filing.age is not None else ()
    area = next((a for a in profile.responsibility.areas if a.id == filing.problem_area), None)
    return {
        "group": groups[0] if groups else None,
        "profile": profile,
        "area": matrix(profile, area) if area else None,
        "alike": alike(matter_filed(filing, profile)),
    }


# ── step 3 ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def review_page(
    request: Request, draft: Deviation, filing: Filing, form: ReviewForm, profile: Profile, like: list[Alike],
    status: int = 200, *, changed: bool = False,
) -> HttpResponse:  # fmt: skip
    """What is sent, where it goes and why. Leads back to the step that lacks something, saying what."""
    seen = preview(filing)
    if seen.routing is None or "happened" in seen.errors:
        messages.warning(request, next(text for texts in seen.errors.values() for _code, text in texts))
        if changed and (words_lost := form["suggestion"].value()):
            messages.warning(request, _("Ditt förslag är inte sparat: %(words)s") % {"words": words_lost})
        return redirect("filing_what" if "happened" in seen.errors else "filing_concerns", draft.public_id)
    suggestion = guarded(filing.suggestion, not_names=_not_names(request, draft))
    words = {
        "filing": filing,
        "routing": seen.routing,
        "because": because(seen.routing),
        "category": profile.category(filing.category),
        "stations": to_come(filing, seen.routing, profile),
        "suggestion_guard": suggestion,
        "more_open": bool(set(form.errors) & {"clause", "suggestion"})
        or "clause_required" in seen.routing.flags
        or bool(suggestion.found),
        "alike": like,
        "filed_before": filed_before(filing, request.user),
    }
    return _step(request, 3, draft, filing, form, words, status, changed=changed)


def review_fragment(request: Request, draft: Deviation, filing: Filing, kept: Filing | None) -> HttpResponse:
    """That it is kept, and what the guard found in the suggestion."""
    guard = guarded(filing.suggestion, not_names=_not_names(request, draft))
    words = {"oob": True, "draft": draft, "guard": guard, **_beside_the_button(kept, REVIEW)}
    return render(request, "frontend/filing/review_fragment.html", words)


def with_swap(request: Request) -> QueryDict:
    """What was sent, with an offered swap carried out in the suggestion."""
    if "swap_suggestion" not in request.POST:
        return request.POST
    sent = request.POST.copy()
    sent["suggestion"] = swapped(plain_lines(str(sent.get("suggestion", ""))), str(sent["swap_suggestion"]))
    return sent


def opened_at(request: Request) -> str:
    """The place on the page to come back to, without scripts."""
    return "#forslaget" if {"swap_suggestion", "not_a_name"} & set(request.POST) else ""


def sent_fragment(request: Request) -> HttpResponse:
    """Beside the button, when what one writes in has been sent meanwhile."""
    return render(request, "frontend/filing/saved.html", {"saved": [_("Avvikelsen är redan inskickad.")], "oob": True})


def because(routing: Routing) -> str:
    """The reason in the explanation's own words, from "därför att" on."""
    reason = ", därför att "
    sentence = routing.explanation.sentence
    return sentence[sentence.index(reason) + 2 :]


def to_come(filing: Filing, routing: Routing, profile: Profile) -> list[Station]:
    """What will happen after the send, with the days that the county has promised."""
    units = ", ".join(unit.name for unit in filing.receiving_units)
    receive = _("Inom %(limit)s") % {"limit": limit(profile.limits.receive)}
    coming: list[tuple[str, str]] = [
        (_("%(body)s tar emot") % {"body": routing.accountable_shown}, receive),
        (
            _("%(units)s lämnar sitt yttrande") % {"units": units},
            _("Om gruppen ber om det, inom %(limit)s") % {"limit": limit(profile.limits.statement)},
        ),
        (_("Gruppen beslutar på möte"), ""),
        (_("Du får svar"), _("Senast %(day)s") % {"day": day(routing.answer_due_on)}),
        (_("Åtgärd och effekt"), _("Du ser vad som görs och får frågan om det hjälpte")),
    ]
    goal = coming[3][0]
    sent: Station = {"label": _("Skickas in"), "state": "here", "text": _("När du trycker på Skicka")}
    return [sent, *(Station(label=label, state="coming", text=text, goal=label == goal) for label, text in coming)]


# ── the page itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def written_on(request: Request, step: str) -> Page | None:
    """The page that was sent, as `_step` drew it and filing.js counts; None for one without the marks.

    Who goes on from a page that showed what another one wrote has seen that too; a save that a page makes by itself
    has not.
    """
    key, shown, turn, seen = (request.POST.get(name, "") for name in ("page", "shown", "turn", "seen"))
    if not (KEY.fullmatch(key) and shown):
        return None
    if seen and not request.htmx:
        shown = seen
    return Page(step, key, int(turn) if turn.isdecimal() and len(turn) <= MOST_DIGITS else 0, shown)


def _step(
    request: Request, number: int, draft: Deviation, filing: Filing, form: forms.Form, words: dict[str, Any],
    status: int, *, changed: bool, shown: str = "",
) -> HttpResponse:  # fmt: skip
    """`changed`: another page has changed the draft since this one was shown, and nothing was kept (409)."""
    at = clock.now() if request.method == "POST" else draft.changed_at
    step, template = PAGES[number - 1]
    mark = mark_of(filing, step)
    if changed:
        shown = request.POST.get("shown", "")
    context = {
        "steps": STEPS,
        "at": number,
        "form": form,
        "draft": draft,
        "page": Page(step, secrets.token_urlsafe(12), 0, shown or mark),
        "summary": mark_of(filing, WHAT, CONCERNS),
        "changed": changed,
        "otherwise": otherwise(form) if changed else [],
        "saved": saved_words(at),
        **words,
    }
    if changed:
        context |= {"saved": [_("Inte sparat än.")], "seen": mark}
    return render(request, template, context, status=CONFLICT if changed else status)
