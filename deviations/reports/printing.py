"""How numbers are set in a report: hidden ones as <5 and ··, shares only of numbers that are told, days in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning.counts import Cell as Count
from deviations.learning.dataset import Spread
from deviations.learning.shares import Rounding, percentages
from deviations.reports.content import Cell, Chart, Table

HIDDEN = "··"
NOTHING = Cell(text="–")
UNTOLD = Cell(text=HIDDEN, mark="hidden")


def number(value: int) -> str:
    """1 234 with a narrow no-break space, as numbers are set in Swedish."""
    return f"{value:,}".replace(",", "\u202f")


def text(words: str) -> Cell:
    return Cell(text=words)


def plain(value: int, most: int = 0) -> Cell:
    """A number that is nobody's to be known by. `most` is the largest beside it, for the heat."""
    heat = 0 if not value or not most else min(4, 1 + 4 * value // (most + 1))
    return Cell(text=number(value), value=value, mark="number", heat=heat)


def cell(count: Count, threshold: int, most: int = 0) -> Cell:
    if count.value is None:
        return Cell(text=f"<{threshold}" if count.small else HIDDEN, mark="hidden")
    return plain(count.value, most)


def percent(part: int | None, whole: int | None) -> Cell:
    """Of what is told; a dash of nothing at all."""
    if part is None or whole is None:
        return UNTOLD
    if not whole:
        return NOTHING
    value = int(percentages([part, whole - part])[0])
    return Cell(text=f"{value}\u00a0%", value=value, mark="number")


def column(counts: Sequence[Count], whole: int | None, rounding: Rounding) -> list[Cell]:
    """Shares of a column: by largest remainders they add up to 100 when all is told and the parts are the whole."""
    values = [count.value for count in counts if count.value is not None]
    if len(values) == len(counts) and sum(values) == whole and whole:
        shares = percentages(values, rounding=rounding)
        return [Cell(text=f"{int(share)}\u00a0%", value=int(share), mark="number") for share in shares]
    return [percent(count.value, whole) for count in counts]


def days(value: float | None) -> str:
    """ "samma dag", "9 dagar", "6,5 dagar"."""
    if value is None:
        return HIDDEN
    if value < 1:
        return _("samma dag")
    if not float(value).is_integer():
        return _("%(n)s dagar") % {"n": f"{value:.1f}".replace(".", ",")}
    return ngettext("%(n)d dag", "%(n)d dagar", int(value)) % {"n": int(value)}


def median(spread: Spread | None) -> Cell:
    if spread is None or spread.median is None:
        return UNTOLD
    return Cell(text=days(spread.median), value=spread.median, mark="number")


def interval(spread: Spread | None) -> str:
    """What stands beside a median: the interval it may lie in, and the day by which nine of ten were done."""
    if spread is None or spread.median is None:
        return _("visas inte: för få, eller så skulle dolda tal gå att räkna fram")
    words = []
    if spread.low is not None and spread.high is not None:
        low = days(spread.low).removesuffix(_(" dagar")).removesuffix(_(" dag"))
        sure = {"low": low, "high": days(spread.high), "level": f"{spread.level * 100:.0f}\u00a0%"}
        words.append(_("mellan %(low)s och %(high)s med %(level)s säkerhet") % sure)
    if spread.ninety is not None:
        words.append(_("nio av tio inom %(days)s") % {"days": days(spread.ninety)})
    return ", ".join(words)


def month(day: date) -> str:
    """ "mars 2026"."""
    return date_format(day, "F Y")


def listed(words: Sequence[str]) -> str:
    """ "a, b och c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s och %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def withheld() -> str:
    return _("Tabellen visas inte. Med så få avvikelser skulle någon kunna kännas igen eller ett dolt tal räknas fram.")


def small_note(threshold: int) -> str:
    return _("<%(n)d och ·· är dolda så att ingen kan kännas igen eller räknas fram.") % {"n": threshold}


def ranked(counts: Mapping[str, Count], names: Mapping[str, str]) -> list[str]:
    """Largest first; what is hidden comes last, by name, so that the order tells nothing."""
    there = [key for key, count in counts.items() if count.value != 0]
    return sorted(there, key=lambda key: (-(counts[key].value or 0), names.get(key, key)))


def bars(
    id: str, title: str, head: str, counts: Mapping[str, Count], names: Mapping[str, str], *, whole: int | None,
    threshold: int, measure: str, rounding: Rounding, deck: str = "",
) -> Chart | Table:  # fmt: skip
    """One bar for each, with its table. Of nothing, only the table, which says so."""
    order = ranked(counts, names)
    found = [counts[key] for key in order]
    labels = tuple(names.get(key) or (_("Inte angivet") if key in {"", "-"} else key) for key in order)
    most = max((count.value or 0 for count in found), default=0)
    shares = column(found, whole, rounding)
    rows = tuple(
        (text(label), cell(count, threshold, most), share)
        for label, count, share in zip(labels, found, shares, strict=True)
    )
    hides = any(count.value is None for count in found)
    table = Table(
        id=f"{id}.table", title=title, deck=deck, measures=(measure,), head=(head, _("Antal"), _("Andel")), rows=rows,
        note=small_note(threshold) if hides else "" if rows else _("Inga avvikelser."),
    )  # fmt: skip
    if not rows:
        return table.model_copy(update={"id": id})
    return Chart(
        id=id, form="bars", title=title, deck=deck, words=in_words(labels, [row[1] for row in rows]), labels=labels,
        names=(_("Antal"),),
        series=(tuple(None if count.value is None else float(count.value) for count in found),), table=table,
    )  # fmt: skip


def in_words(labels: Iterable[str], cells: Iterable[Cell], most: int = 8) -> str:
    """What a chart shows, for those who do not see it: the first ones, and that there are more."""
    told = [f"{label} {_('dolt') if c.text == HIDDEN else c.text}" for label, c in zip(labels, cells, strict=True)]
    rest = len(told) - most
    if rest > 0:
        more = ngettext("%(n)d till i tabellen", "%(n)d till i tabellen", rest) % {"n": rest}
        return f"{', '.join(told[:most])}, {more}."
    return f"{', '.join(told)}."
