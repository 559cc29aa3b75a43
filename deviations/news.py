"""What is new to a person since they last looked: read from the history, through the same door as everything else.

Only sentences that anyone who sees the deviation reads on its page; never what it contains, and nothing that the person
has done themselves (C01, C02, G02).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from deviations import clock
from deviations.models import Deviation, DiaryEntry, HistoryEntry, NewsMark, NewsRead, ReportCopy
from deviations.reports.access import copies_to
from orgs.models import User
from orgs.permissions import keys_of
from orgs.roles import Ability

INSIDE = frozenset({"assign", "score", "invite", "end_invitation", "note"})
"""Steps that only those who handle the deviation have use for."""

OF_BODIES = frozenset(
    {
        "plan_meeting", "move_meeting", "cancel_meeting", "approve_minutes",
        "propose_pattern", "adopt_plan", "plan_reported",
    }
)  # fmt: skip
"""Entries of a body's diary that its people are told of here."""

FIRST_TIME = timedelta(days=14)  # how far back the first look goes
OLDEST = timedelta(days=60)  # nobody reads further back than this here; the lists and the search do
MOST_ENTRIES = 500
MOST_WALKED = 10_000


@dataclass(frozen=True, slots=True)
class Since:
    """From where news are read. `position` None: never looked."""

    position: int | None
    at: datetime


def since(user: User) -> Since:
    """One statement."""
    now = clock.now()
    read = NewsRead.objects.filter(user=user).first()
    if read is None:
        return Since(None, now - FIRST_TIME)
    return Since(read.position, max(read.at, now - OLDEST))


def entries(user: User, begins: Since) -> QuerySet[HistoryEntry]:
    """Unread entries of deviations that the person may see now, newest first; those of others only.

    For who sees much, none beyond the newest `MOST_WALKED` of everybody's: a page waits for this.
    """
    marked = NewsMark.objects.filter(user=user, deviation=OuterRef("deviation"), position__gte=OuterRef("pk"))
    oldest = begins.at if begins.position is None else clock.now() - OLDEST
    visible = Deviation.objects.visible_to(user).submitted()
    after = begins.position or 0
    if visible.sees_much:  # the outbox is walked from its end
        after = max(after, newest() - MOST_WALKED)
    found = HistoryEntry.objects.filter(visible.holding(), ~Exists(marked), at__gte=oldest, pk__gt=after)
    return found.exclude(by=user).exclude(step__in=INSIDE).order_by("-pk")


def of_bodies(user: User, begins: Since) -> QuerySet[DiaryEntry]:
    """What is new in the work of the bodies where the person reads, newest first."""
    bodies = keys_of(user).bodies.get(Ability.READ, frozenset())
    found = DiaryEntry.objects.filter(body__in=bodies, step__in=OF_BODIES, at__gt=begins.at).exclude(by=user)
    return found.select_related("body__county").order_by("-at", "-pk")


def reports(user: User, begins: Since) -> QuerySet[ReportCopy]:
    """Copies of published reports that have come to the person's bodies and boards, newest first."""
    found = copies_to(user).filter(sent_at__gt=begins.at).exclude(report__approved_by=user)
    return found.select_related("report__body").order_by("-sent_at", "-pk")


def count(user: User) -> int:
    """How many deviations have something new, and how much else is new; no more than `MOST_ENTRIES` of each is read.

    The same few statements for everyone: it stands in the top bar of every page.
    """
    keys = keys_of(user)
    if not keys.roles and not Deviation.objects.filter(filed_by=user).exists():
        return 0
    begins = since(user)
    found = len(set(_ids(entries(user, begins))))
    if keys.bodies.get(Ability.READ):
        found += of_bodies(user, begins)[:MOST_ENTRIES].count()
    if any(places.get(Ability.READ_REPORTS) for places in (keys.bodies, keys.organisations)):
        found += len(set(reports(user, begins).values_list("report_id", flat=True)[:MOST_ENTRIES]))
    return found


def shown_up_to(user: User, last: tuple[UUID, int] | None) -> int:
    """How far in the outbox a page went whose newest entry was `last` (deviation and sequence; None: it showed none).

    To the end, or to just before what has become new to the person since. A page carries what it showed itself and
    never a position, which would tell how much happens elsewhere. A deviation that has been lost since shows nothing.
    """
    shown = 0
    if last is not None:
        visible = Deviation.objects.visible_to(user).filter(public_id=last[0])
        found = HistoryEntry.objects.filter(deviation__in=visible, sequence=last[1])
        shown = found.values_list("pk", flat=True).first() or 0
    ends = newest()
    later = entries(user, since(user)).filter(pk__gt=shown, pk__lte=ends)
    first = later.order_by("pk").values_list("pk", flat=True).first()
    return ends if first is None else first - 1


def newest() -> int:
    """Where the outbox ends. What comes later is news to whoever reads it."""
    return HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _ids(found: QuerySet[HistoryEntry]) -> Iterable[int]:
    return found.values_list("deviation_id", flat=True)[:MOST_ENTRIES]
