"""What a queue can be narrowed by, as it stands in the address bar: one table for the page, saved views and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Party
from deviations.narrowing import flagged, of_category, of_risk
from deviations.search import matching
from deviations.visibility import HAVE_IT
from orgs.models import Organisation, User
from orgs.permissions import keys_of
from orgs.profiles.schema import Profile
from orgs.roles import Ability

Choices = list[tuple[str, str]]
RISKS: Mapping[str, str] = {"hog": "high", "medel": "medium", "lag": "low", "oskattad": "none"}
FLAGS: Mapping[str, str | Promise] = {
    "agreement_expired": gettext_lazy("Avtalet hade gått ut"),
    "recurring": gettext_lazy("Återkommer"),
    "conflict_of_interest": gettext_lazy("Jäv"),
    "dispute_offered": gettext_lazy("Oklart vem som ansvarar"),
    "hotspot_theme": gettext_lazy("Tema att följa"),
    "private_provider": gettext_lazy("Privat utförare"),
    "solved_locally": gettext_lazy("Löst på plats"),
}


@dataclass(frozen=True)
class Filter:
    """`kind`: how it is filled in. `condition` raises ValueError for what nobody could have chosen."""

    name: str
    label: str | Promise
    kind: str  # "search", "choice" or "day"
    condition: Callable[[str, User], Q]


def _assigned(value: str, user: User) -> Q:
    if value == "ingen":
        return Q(assigned_to__isnull=True)
    if value == "jag":
        return Q(assigned_to=user.pk)
    handled = keys_of(user).bodies.get(Ability.HANDLE, frozenset())  # who handles what is told to colleagues only
    having = Party.objects.filter(role__in=HAVE_IT, body__in=handled)
    return Q(assigned_to=_number(value), pk__in=having.values("deviation"))


def _risk(value: str, user: User) -> Q:
    return of_risk(RISKS.get(value, value))


def _receiving(value: str, user: User) -> Q:
    return Q(receiving_principal=_number(value))


def _from(value: str, user: User) -> Q:
    return Q(filed_at__gte=_midnight(date.fromisoformat(value)))


def _to(value: str, user: User) -> Q:
    return Q(filed_at__lt=_midnight(date.fromisoformat(value) + timedelta(days=1)))


FILTERS: Mapping[str, Filter] = {
    each.name: each
    for each in (
        Filter("q", gettext_lazy("Ord, enhet eller nummer"), "search", lambda value, user: matching(value)),
        Filter("slag", gettext_lazy("Slag"), "choice", lambda value, user: of_category(value)),
        Filter("kommun", gettext_lazy("Kommun"), "choice", lambda value, user: Q(municipality_code=value)),
        Filter("tilldelad", gettext_lazy("Handläggs av"), "choice", _assigned),
        Filter("risk", gettext_lazy("Risk"), "choice", _risk),
        Filter("mottagare", gettext_lazy("Gäller huvudman"), "choice", _receiving),
        Filter("malgrupp", gettext_lazy("Målgrupp"), "choice", lambda value, user: Q(target_group=value)),
        Filter("flagga", gettext_lazy("Märkt"), "choice", lambda value, user: flagged(value)),
        Filter("fran", gettext_lazy("Inskickad från"), "day", _from),
        Filter("till", gettext_lazy("Inskickad till"), "day", _to),
    )
}


def condition(given: Mapping[str, str], user: User) -> Q:
    """All of them together. An address that nobody was given is not found (404)."""
    found = Q()
    for name, value in given.items():
        try:
            found &= FILTERS[name].condition(value, user)
        except (ValueError, OverflowError):
            raise Http404 from None
    return found


def choices(profile: Profile, principals: list[Organisation], colleagues: list[User]) -> dict[str, Choices]:
    return {
        "slag": [(c.code, c.name) for c in profile.categories],
        "kommun": [(p.municipality_code, p.name) for p in profile.principals if p.municipality_code],
        "tilldelad": [
            ("jag", _("Mig")),
            ("ingen", _("Ingen")),
            *((str(person.pk), person.name) for person in colleagues),
        ],
        "risk": [("hog", _("Hög")), ("medel", _("Medel")), ("lag", _("Låg")), ("oskattad", _("Inte skattad"))],
        "mottagare": [(str(principal.pk), principal.name) for principal in principals],
        "malgrupp": [(group.id, group.name) for group in profile.target_groups],
        "flagga": [(code, str(label)) for code, label in FLAGS.items()],
    }


def _number(value: str) -> int:
    number = int(value)
    if not 0 < number < 2**31:
        raise ValueError(value)
    return number


def _midnight(day: date) -> datetime:
    if not 1900 <= day.year <= 2199 or day > clock.today() + timedelta(days=3660):
        raise ValueError(day)
    return timezone.make_aware(datetime.combine(day, time.min))
