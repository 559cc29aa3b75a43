"""Who is trained in SIP, and where there is a SIP-samordnare, by principal (G04, A17)."""

from django.utils.translation import gettext as _

from deviations.learning.sip_counts import ALL
from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Table
from deviations.reports.printing import cell, number, percent, small_note, text


def trained(basis: Basis) -> Table:
    """Without rows when nobody has entered any for the year."""
    threshold = basis.numbers.threshold
    there = {name.split("|")[1] for name in basis.numbers.cells if name.startswith("sip_units|")} - {ALL}
    rows = [_row(basis, each, basis.name("principal", each)) for each in there]
    rows.sort(key=lambda row: row[0].text)
    foot = _row(basis, ALL, _("Alla")) if len(rows) > 1 else ()
    hides = any(one.mark == "hidden" for row in (*rows, foot) for one in row)
    return Table(
        id="sip.trained", title=_title(basis), measures=("sip_trained", "sip_coordinator"), wide=True,
        head=(
            _("Huvudman"), _("Medarbetare"), _("Utbildade i SIP"), _("Andel"), _("Enheter som svarat"),
            _("Har SIP-samordnare"),
        ),
        rows=tuple(rows), foot=foot, note=small_note(threshold) if hides else "",
    )  # fmt: skip


def _row(basis: Basis, where: str, name: str) -> tuple[Cell, ...]:
    threshold = basis.numbers.threshold
    staff, of_them = (basis.numbers[f"sip_trained|{where}|{what}"] for what in ("staff", "trained"))
    units = (basis.numbers[f"sip_units|{where}|{what}"] for what in ("answered", "coordinator"))
    return (
        text(name), cell(staff, threshold), cell(of_them, threshold), percent(of_them.value, staff.value),
        *(cell(count, threshold) for count in units),
    )  # fmt: skip


def _title(basis: Basis) -> str:
    told = basis.numbers.told([f"sip_trained|{ALL}|trained", f"sip_trained|{ALL}|staff"])
    if told is None or not told[1]:
        return _("Utbildning i SIP")
    return _("%(n)s av %(all)s är utbildade i SIP") % {"n": number(told[0]), "all": number(told[1])}
