"""What the pages of recurring patterns are drawn from: the list by where each stands, and one with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.learning import evidence
from deviations.learning.pattern_names import WHAT
from deviations.models import Deviation, Pattern
from deviations.services import patterns as service
from frontend.components import Tone
from frontend.dates import MONTHS, local_date
from frontend.requests import Request

SHOWN = 50
LAST = 12  # months in the chart
UNSEEN = ("happened", "comment", "suggestion", "search_stems", "routing")  # a list shows none of the texts
MOST = 60  # patterns in a list; the rest are old
S = Pattern.Status
TONES: dict[str, Tone] = {
    S.PROPOSED: "ochre",
    S.ACCEPTED: "teal",
    S.THEME: "teal",
    S.ESCALATED: "moss",
    S.DISMISSED: "",
}
SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Föreslagna"), (S.PROPOSED,)),
    (gettext_lazy("Bekräftade och teman"), (S.ACCEPTED, S.THEME)),
    (gettext_lazy("Lyfta"), (S.ESCALATED,)),
    (gettext_lazy("Avfärdade"), (S.DISMISSED,)),
)


@dataclass(frozen=True)
class Row:
    pattern: Pattern
    tone: Tone
    how_many: str
    how_unusual: str
    number: int
    grown: int
    """How many have come since the group judged it."""


def listed(patterns: Sequence[Pattern]) -> list[tuple[str, list[Row]]]:
    """Sections that hold something. `patterns` are annotated with `number`."""
    rows = [_row(pattern) for pattern in patterns]
    found = [(str(title), [row for row in rows if row.pattern.status in states]) for title, states in SECTIONS]
    return [(title, within) for title, within in found if within]


def counted(request: Request) -> Sequence[Pattern]:
    """Those that the person reads, with how many deviations each has. One statement."""
    return list(service.readable_by(request.user).annotate(number=Count("deviations"))[:MOST])


def _row(pattern: Pattern) -> Row:
    number: int = getattr(pattern, "number", 0)
    before = pattern.judged_count if pattern.judged_count is not None else number
    return Row(
        pattern, TONES[pattern.status], evidence.how_many(pattern.evidence), evidence.how_unusual(pattern.evidence),
        number, max(number - before, 0),
    )  # fmt: skip


@dataclass(frozen=True)
class Month:
    name: str
    number: int


def page(request: Request, pattern: Pattern) -> dict[str, Any]:
    """The words that bind the texts are shown to those who read every one of the deviations."""
    visible = Deviation.objects.visible_to(request.user).filter(patterns=pattern).order_by("-filed_at")
    moments = list(visible.values_list("filed_at", flat=True))
    units = visible.select_related("reporting_unit__principal", "receiving_unit__principal").defer(*UNSEEN)
    number = pattern.deviations.count()
    months = _months([local_date(at) for at in moments if at])
    return {
        "pattern": pattern,
        "tone": TONES[pattern.status],
        "how_many": evidence.how_many(pattern.evidence),
        "how_unusual": evidence.how_unusual(pattern.evidence),
        "rule": evidence.rule(pattern.evidence),
        "shared": [(WHAT[what], name) for what, _id, name in pattern.evidence.get("shared", []) if what in WHAT],
        "terms": pattern.evidence.get("terms", []) if len(moments) == number else [],
        "months": months,
        "most": max((month.number for month in months), default=0),
        "number": number,
        "deviations": list(units[:SHOWN]),
        "older": max(len(moments) - SHOWN, 0),
        "hidden": number - len(moments),
        "grown": max(number - pattern.judged_count, 0) if pattern.judged_count is not None else 0,
        "steps": _steps(request, pattern),
    }


def _months(days: Sequence[date]) -> list[Month]:
    """The last twelve, the one we are in last."""
    today, count = clock.today(), Counter((day.year, day.month) for day in days)
    found = []
    for ago in range(LAST - 1, -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
        found.append(Month(f"{_(MONTHS[month])} {year}", count[year, month + 1]))
    return found


STEP_LABELS: dict[str, str | Promise] = {
    "accept": gettext_lazy("Bekräfta"),
    "name_theme": gettext_lazy("Gör till tema"),
    "escalate_pattern": gettext_lazy("Lyft som mönster"),
    "dismiss": gettext_lazy("Avfärda"),
}


def _steps(request: Request, pattern: Pattern) -> list[tuple[str, str]]:
    """Name and label of what the person may do now."""
    if not service.may_judge(request.user, pattern):
        return []
    labels = {**STEP_LABELS}
    if pattern.status == S.DISMISSED:
        labels["accept"] = _("Ta upp igen")
    if pattern.status == S.THEME:
        labels["name_theme"] = _("Byt namn på temat")
    return [(name, str(label)) for name, label in labels.items() if not service.refusal(pattern, name)]
