"""Closing the loop, modes A–E: a receipt, a rapid answer, raised in the group, told what was done, something changed.

Source: S. M. Evans and others, and the audits' question whether reporting leads anywhere (C01, C02, C04).
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Chart, Section, Table
from deviations.reports.printing import cell, median, number, percent, small_note, text, withheld

MODES: Mapping[str, str | Promise] = {
    "A": gettext_lazy("A Kvittens"),
    "B": gettext_lazy("B Snabbt första svar"),
    "C": gettext_lazy("C Frågan lyftes i gruppen"),
    "D": gettext_lazy("D Fick veta vad som gjordes"),
    "E": gettext_lazy("E Något ändrades"),
}


def feedback(basis: Basis) -> Section | None:
    filed = basis.count("filed").value
    if filed == 0:
        return None
    title = _("Återkoppling till den som anmält")
    if filed is None or not basis.tells("mode"):
        table = Table(id="feedback", title=title, head=(title,), rows=(), withheld=withheld())
        return Section(id="feedback", title=title, blocks=(table,))
    return Section(id="feedback", title=_title(basis, filed), deck=_deck(basis), blocks=(_chart(basis, filed),))


def share(basis: Basis, mode: str, *, year_before: bool = False) -> Cell:
    count = basis.last_year if year_before else basis.count
    return percent(count("mode", mode, "yes").value, count("filed").value)


def _title(basis: Basis, filed: int) -> str:
    """A change from one year to the next is no trend: the two numbers are told, and nothing more is claimed."""
    now = basis.count("mode", "D", "yes").value
    if now is None:
        return _("Återkoppling till den som anmält")
    told = {"n": number(now), "all": number(filed), "before": share(basis, "D", year_before=True).text}
    if share(basis, "D", year_before=True).value is None:
        return _("%(n)s av %(all)s har fått veta vad som gjordes") % told
    told["now"] = share(basis, "D").text
    return _("%(now)s har fått veta vad som gjordes, mot %(before)s året före") % told


def _deck(basis: Basis) -> str:
    words = _("Andel anmälningar där den som anmält fick återkoppling, och mediantid dit.")
    if basis.before is None:
        return words
    return f"{words} {_('Strecket visar samma tid förra året.')}"


def _chart(basis: Basis, filed: int) -> Chart:
    year, labels = str(basis.period.first.year), tuple(str(label) for label in MODES.values())
    now = [share(basis, mode) for mode in MODES]
    before = [share(basis, mode, year_before=True) for mode in MODES] if basis.before is not None else []
    compare = (str(basis.period.first.year - 1),) if before else ()
    rows = tuple(
        (
            text(label), cell(basis.count("mode", mode, "yes"), basis.numbers.threshold), now[at],
            *before[at : at + 1], _time(basis, mode),
        )
        for at, (mode, label) in enumerate(zip(MODES, labels, strict=True))
    )  # fmt: skip
    hides = any(one.mark == "hidden" for row in rows for one in row)
    return Chart(
        id="feedback", form="shares", title=_("Återkoppling till den som anmält"), unit="%", labels=labels,
        names=(year,), series=(_values(now),), compare=_values(before),
        words=" ".join(f"{label} {one.text}." for label, one in zip(labels, now, strict=True) if one.value is not None),
        table=Table(
            id="feedback.table", title=_("Återkoppling"), measures=tuple(f"mode_{mode.lower()}" for mode in MODES),
            head=(_("Återkoppling"), _("Antal"), year, *compare, _("Mediantid")), rows=rows,
            note=small_note(basis.numbers.threshold) if hides else "",
        ),
    )  # fmt: skip


def _time(basis: Basis, mode: str) -> Cell:
    """A receipt is given as it is filed."""
    return text(_("direkt")) if mode == "A" else median(basis.spreads.get(f"mode|{basis.scope}|{mode}"))


def _values(cells: list[Cell]) -> tuple[float | None, ...]:
    return tuple(None if one.value is None else float(one.value) for one in cells)
