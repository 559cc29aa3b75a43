"""What the page "Nytt sedan sist" is drawn from: what waits, then what others have done, deviation by deviation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock, news
from deviations.models import Deviation, DiaryEntry, HistoryEntry, Meeting, Statement
from deviations.workflow import UNDECIDED, State
from frontend import told, waiting
from frontend.body_page import TOLD
from frontend.context import holds
from frontend.dates import moment
from frontend.forms.news import written
from frontend.rows import is_your_turn
from frontend.waiting import Waiting
from orgs.models import User
from orgs.permissions import Keys
from orgs.roles import Ability

SHOWN = 50  # deviations; the rest are reached by marking these as read
FIRST_SHOWN = 10  # the others lie folded below them
STEPS_SHOWN = 3
OTHERS_SHOWN = 20


@dataclass(frozen=True)
class Group:
    """One deviation and what others have done with it, newest first. `turn`: what it waits for from the reader."""

    deviation: Deviation
    turn: str
    told: Sequence[dict[str, Any]]
    hidden: int


@dataclass(frozen=True)
class Other:
    """What is new beside the deviations."""

    text: str
    beside: str
    at: datetime
    url: str


def page(user: User, keys: Keys) -> dict[str, Any]:
    """A constant number of statements, however much is new."""
    begins = news.since(user)
    until = clock.now()  # read before the list: what comes meanwhile stays new
    groups, more, upto = _groups(user, keys, begins)
    others = _others(user, begins)
    return {
        "since": None if begins.position is None else begins.at,
        "waits": waits(user, keys),
        "groups": groups[:FIRST_SHOWN],
        "older": groups[FIRST_SHOWN:],
        "more": more,
        "others": others,
        "upto": upto,
        "until": until.isoformat(),
        "some": bool(groups or others),
    }


def waits(user: User, keys: Keys) -> list[Waiting]:
    """Everything that waits for the person, whichever role it comes with; nothing that is nought."""
    found: list[Waiting] = []
    if holds(keys, Ability.HANDLE):
        found += waiting.for_bodies(user, keys)
    if holds(keys, Ability.ANSWER):
        found += [
            *waiting.for_units(user, keys),
            *waiting.for_principals(user, keys),
            *waiting.measures_due(user, keys),
        ]
    found += [*waiting.for_reporter(user, keys), *waiting.for_home(user, keys)]
    found += waiting.for_administrators(user, keys)
    return [each for each in found if each.number != "0"]


# ── deviations ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _groups(user: User, keys: Keys, begins: news.Since) -> tuple[list[Group], bool, str]:
    """Whether there are more than are shown, and the newest entry of all as the page carries it."""
    by_deviation: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
    entries = list(news.entries(user, begins)[: news.MOST_ENTRIES])
    for entry in entries:
        by_deviation[entry.deviation_id].append(entry)
    shown = list(by_deviation)[:SHOWN]
    found = Deviation.objects.select_related("reporting_unit", "receiving_unit", "accountable_body").in_bulk(shown)
    asked = _asked(keys, shown)
    groups = [_group(found[pk], by_deviation[pk], keys, asked) for pk in shown]
    upto = written(found[entries[0].deviation_id].public_id, entries[0].sequence) if entries else ""
    return sorted(groups, key=lambda group: not group.turn), len(by_deviation) > SHOWN, upto


def _group(deviation: Deviation, entries: Sequence[HistoryEntry], keys: Keys, asked: Collection[int]) -> Group:
    lines = [{"at": entry.at, "text": told.in_words(entry), "by": entry.acting_for} for entry in entries[:STEPS_SHOWN]]
    return Group(deviation, _turn(deviation, keys, asked), lines, len(entries) - len(lines))


def _turn(deviation: Deviation, keys: Keys, asked: Collection[int]) -> str:
    if is_your_turn(deviation, keys):
        question = deviation.state == State.AWAITING_COMPLETION
        return _("Gruppen har en fråga till dig") if question else _("Hjälpte det?")
    if deviation.pk in asked:
        return _("Ert yttrande väntar")
    if deviation.state == State.SUBMITTED and keys.on_body(Ability.HANDLE, deviation.accountable_body_id):
        return _("Att ta emot")
    return ""


def _asked(keys: Keys, deviations: Iterable[int]) -> set[int]:
    """Those that wait for a statement of a unit that the person answers for. One statement."""
    units = keys.organisations.get(Ability.ANSWER, frozenset())
    principals = keys.principals.get(Ability.ANSWER, frozenset())
    waited = Statement.objects.filter(
        Q(organisation__in=units) | Q(organisation__principal__in=principals),
        status=Statement.Status.REQUESTED, deviation__in=list(deviations), deviation__state__in=UNDECIDED,
    )  # fmt: skip
    return set(waited.values_list("deviation_id", flat=True))


# ── beside them ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _others(user: User, begins: news.Since) -> list[Other]:
    entries = list(news.of_bodies(user, begins)[:OTHERS_SHOWN])
    meetings = _meetings(entries)
    found = [_of_body(entry, meetings) for entry in entries]
    copies = {copy.report_id: copy for copy in news.reports(user, begins)[: news.MOST_ENTRIES]}
    found += [
        Other(
            _("En rapport är publicerad: %(title)s") % {"title": copy.report.title},
            copy.report.body.name, copy.sent_at, reverse("published", args=[copy.report.public_id]),
        )
        for copy in copies.values()
    ]  # fmt: skip
    return sorted(found, key=lambda other: other.at, reverse=True)[:OTHERS_SHOWN]


def _meetings(entries: Iterable[DiaryEntry]) -> dict[str, Meeting]:
    wanted = {entry.data["meeting"] for entry in entries if "meeting" in entry.data}
    return {str(meeting.public_id): meeting for meeting in Meeting.objects.filter(public_id__in=wanted)}


def _of_body(entry: DiaryEntry, meetings: dict[str, Meeting]) -> Other:
    if "meeting" in entry.data:
        url = reverse("meeting", args=[entry.data["meeting"]])
        return Other(_about_meeting(entry.step, meetings[entry.data["meeting"]]), entry.body.name, entry.at, url)
    if "pattern" in entry.data:
        url = reverse("pattern", args=[entry.data["pattern"]])
    else:
        url = reverse("plan", args=[entry.data["plan"]])
    return Other(str(TOLD[entry.step]) % entry.data, entry.body.name, entry.at, url)


def _about_meeting(step: str, meeting: Meeting) -> str:
    words = {
        "plan_meeting": _("Du är kallad till möte: %(at)s"),
        "move_meeting": _("Mötet är flyttat till %(at)s"),
        "cancel_meeting": _("Mötet %(at)s är inställt"),
        "approve_minutes": _("Protokollet från %(at)s är justerat"),
    }
    return words[step] % {"at": moment(meeting.starts_at)}
