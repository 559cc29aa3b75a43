"""The shapes a report is made of: everything as it may be read, with small numbers already hidden. Frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from deviations.learning.period import Period
from deviations.learning.tables import Cell
from orgs.models import Body

HIDDEN = "··"


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as text. `mark`: "number", "hidden" or "text"; `heat` 0–4 says how large it is beside the others."""

    text: str
    mark: str = "text"
    heat: int = 0

    @property
    def spoken(self) -> str:
        """What a screen reader says instead of the mark ··."""
        return _("dolt") if self.text == HIDDEN else ""


@dataclass(frozen=True, slots=True)
class Table:
    """`head` includes the column of row labels. `withheld`: the sentence that stands in the table's place."""

    id: str
    title: str
    deck: str
    head: tuple[str, ...]
    rows: tuple[tuple[Printed, ...], ...]
    foot: tuple[Printed, ...] = ()
    withheld: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the flow, with its definition beside it."""

    label: str
    number: str
    beside: str
    definition: str


@dataclass(frozen=True, slots=True)
class Point:
    """A month of the chart; None where the month is hidden. `answered` is None throughout when it may not be told."""

    month: date
    filed: int | None
    answered: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """`median` of what was received, None when it may not be told; `pattern`: what the rules say, or why nothing."""

    title: str
    points: tuple[Point, ...]
    with_answered: bool
    median: float | None
    pattern: str


@dataclass(frozen=True, slots=True)
class Report:
    body: Body
    scope: str
    period: Period
    counted_at: datetime
    threshold: int
    standfirst: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    series: Series | None
    definitions: tuple[tuple[str, str], ...]


def number(value: int) -> str:
    """1 234 with a narrow no-break space, as numbers are set in Swedish."""
    return f"{value:,}".replace(",", "\u202f")


def middle(value: float) -> str:
    """A median of counts: whole, or a half as 6,5."""
    return number(int(value)) + ("" if value.is_integer() else ",5")


def printed(cell: Cell, threshold: int, most: int = 0) -> Printed:
    if cell.value is None:
        return Printed(f"<{threshold}" if cell.small else HIDDEN, "hidden")
    heat = 0 if not cell.value or not most else min(4, 1 + 4 * cell.value // (most + 1))
    return Printed(number(cell.value), "number", heat)
