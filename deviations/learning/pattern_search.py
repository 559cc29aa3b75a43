"""Going through a body's deviations for what recurs, and keeping it: once a day for each body, when something has come.

Samsyn itself reads here, for the body that is accountable: what it finds is shown to people who read there, and its
deviations only through `visible_to`. No text is kept but the words that bind texts together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from deviations import clock
from deviations.diary import enter
from deviations.learning import evidence
from deviations.learning.pattern_names import Shared, names_of
from deviations.learning.patterns import Candidate, Found, Row, known_by_words, look, share_most
from deviations.learning.unusual import FALSE_SHARE
from deviations.models import Deviation, Party, Pattern, PatternSearch
from deviations.workflow import State
from orgs.models import Body
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Recurring

AT_MOST = 20_000
"""Deviations looked at, the newest ones; for a body with more, the time looked back on is shorter. Of their texts the
newest 2,000 are compared with each other (`alike_texts.MOST`). So memory has a roof whatever the body's size."""
MOST_NEW = 5  # proposals in one day: more would not be judged, and tomorrow is another day
MOST_KEPT = 500  # deviations linked to one pattern, the newest
NOT_COUNTED = (State.WITHDRAWN, State.MERGED)
DAYS_A_MONTH = 30.44


def look_for_patterns() -> int:
    """Go through one body whose day has come; returns how many patterns are new. One look when nothing is due.

    One at a time, so that letters and counts do not wait long. Bodies to which nothing has come are only ticked off.
    """
    today = clock.today()
    due = Body.objects.filter(Q(pattern_search__isnull=True) | Q(pattern_search__looked_on__lt=today))
    for body in due.select_related("county", "pattern_search").order_by("pk"):
        newest = _newest(body)
        if _claim(body, today) and newest is not None and newest != _looked_to(body):
            return search(body)
    return 0


def search(body: Body) -> int:
    """Go through the body's deviations now. What is known already grows; what is new and unusual is proposed.

    Looking takes seconds and holds nothing; what was found is then kept in one transaction.
    """
    newest = _newest(body)  # read first: what comes while we look is new tomorrow
    recurring = profile_of(version_in_force(body.county, clock.today()).pk).recurring
    found = look(_rows(body, recurring), recent_from=_back(recurring.recent_months), at_least=recurring.pattern_times)
    with transaction.atomic():
        PatternSearch.objects.get_or_create(body=body, defaults={"looked_on": clock.today()})
        PatternSearch.objects.select_for_update().get(body=body)  # two searches at once: one after the other
        new = _keep(body, found, recurring)
        PatternSearch.objects.filter(body=body).update(looked_on=clock.today(), newest=newest)
    return len(new)


def _newest(body: Body) -> datetime | None:
    held = Party.objects.filter(body=body, role=Party.Role.ACCOUNTABLE)
    return held.order_by("-filed_at").values_list("filed_at", flat=True).first()


def _looked_to(body: Body) -> datetime | None:
    return body.pattern_search.newest if hasattr(body, "pattern_search") else None


def _claim(body: Body, today: date) -> bool:
    """False when another worker came first."""
    if not hasattr(body, "pattern_search"):
        _row, made = PatternSearch.objects.get_or_create(body=body, defaults={"looked_on": today})
        return made
    return bool(PatternSearch.objects.filter(body=body, looked_on__lt=today).update(looked_on=today))


def _back(months: int) -> date:
    return clock.today() - timedelta(days=round(months * DAYS_A_MONTH))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _rows(body: Body, recurring: Recurring) -> list[Row]:
    """One statement."""
    since = timezone.make_aware(datetime.combine(_back(recurring.pattern_months), time.min))
    fields = (
        "pk", "public_id", "filed_at", "happened", "clause_key", "category", "problem_area", "care_level",
        "municipality_code", "reporting_principal__key", "reporting_unit__unit_kind", "receiving_unit__key",
    )  # fmt: skip
    rows = (
        Deviation.objects.filter(accountable_body=body, filed_at__gte=since, filed_at__lte=clock.now())
        .exclude(state__in=NOT_COUNTED)
        .order_by("-filed_at", "-pk")
        .values_list(*fields)[:AT_MOST]
    )
    return [
        Row(row[0], str(row[1]), timezone.localdate(row[2]), *(str(value or "") for value in row[3:])) for row in rows
    ]


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class _Known:
    """A pattern of the body with the deviations that are linked to it."""

    pattern: Pattern
    members: set[int]

    @property
    def stems(self) -> Collection[str]:
        stems: list[str] = self.pattern.evidence.get("stems", [])
        return stems


def _keep(body: Body, found: Found, recurring: Recurring) -> list[Pattern]:
    known = _known(body)
    names = names_of({pair for each in found.groups.values() for pair in each.shared}, body.county)
    for each in known:
        if (grown := _same(each, found.groups)) is not None:
            _grow(each, grown, found, names, recurring)
    new = [each for each in found.proposed if not any(_is_known(each, one) for one in known)]
    return [_propose(body, each, found, names, recurring) for each in new[:MOST_NEW]]


def _known(body: Body) -> list[_Known]:
    links: defaultdict[int, set[int]] = defaultdict(set)
    through = Pattern.deviations.through.objects.filter(pattern__body=body)
    for pattern_id, deviation_id in through.values_list("pattern_id", "deviation_id"):
        links[pattern_id].add(deviation_id)
    rows = (
        Pattern.objects.select_for_update().filter(body=body).order_by("pk")
    )  # before the body's row, as judging does
    return [_Known(pattern, links[pattern.pk]) for pattern in rows]


def _same(known: _Known, groups: Mapping[str, Candidate]) -> Candidate | None:
    """What the pattern is today. Texts are known by whom they are told in, or by the words that bind them."""
    if known.pattern.signature in groups:
        return groups[known.pattern.signature]
    if not known.stems:
        return None
    alike = [
        each
        for each in groups.values()
        if each.stems and (share_most(each.members, known.members) or known_by_words(each.stems, known.stems))
    ]
    return min(alike, key=lambda each: (-len(known.members & set(each.members)), each.signature), default=None)


def _grow(known: _Known, today: Candidate, found: Found, names: Mapping[Shared, str], recurring: Recurring) -> None:
    """New deviations are linked to it, whatever the group has said of it. Its numbers are kept once it is judged."""
    pattern, new = known.pattern, set(today.members[-MOST_KEPT:]) - known.members
    if not new:
        return
    pattern.deviations.add(*new)
    known.members |= new
    pattern.seen_again_at = clock.now()
    if pattern.status == Pattern.Status.PROPOSED and today.q <= FALSE_SHARE:
        kept = {"stems": list(known.stems)} if known.stems else {}
        pattern.evidence = {**evidence.stored(today, found, names, months=recurring.recent_months), **kept}
    pattern.save(update_fields=["seen_again_at", "evidence"])


def _is_known(new: Candidate, known: _Known) -> bool:
    """The same matter, told in whatever way; dismissed ones too, so that what is dismissed stays so."""
    return (
        new.signature == known.pattern.signature
        or share_most(new.members, known.members)
        or known_by_words(new.stems, known.stems)
    )


def _propose(body: Body, new: Candidate, found: Found, names: Mapping[Shared, str], recurring: Recurring) -> Pattern:
    pattern = Pattern.objects.create(
        body=body, signature=new.signature, title=evidence.title(new, names)[:160], found_at=clock.now(),
        evidence=evidence.stored(new, found, names, months=recurring.recent_months),
    )  # fmt: skip
    pattern.deviations.set(_newest_of(new.members))
    enter(body, "propose_pattern", by=None, data={"pattern": str(pattern.public_id), "title": pattern.title})
    return pattern


def _newest_of(members: Sequence[int]) -> Sequence[int]:
    return members[-MOST_KEPT:]
