"""Who has begun to file (A04): units are about no persons; persons are few, and hidden as other small numbers."""

from datetime import date

from django.utils.translation import gettext as _

from deviations.learning.newcomers import tertials
from deviations.reports.basis import Basis
from deviations.reports.content import Table
from deviations.reports.printing import cell, month, small_note, text


def newcomers(basis: Basis) -> tuple[Table, ...]:
    """By principal, and by tertial when the period is longer than one."""
    return tuple(table for table in (_by_principal(basis), _by_tertial(basis)) if table is not None)


def _by_principal(basis: Basis) -> Table:
    counts, threshold = basis.rows("newcomer_by"), basis.numbers.threshold
    names = sorted(counts, key=lambda each: basis.name("principal", each))
    rows = tuple((text(basis.name("principal", each)), cell(counts[each], threshold)) for each in names)
    total = basis.count("newcomer", "Σ")
    hides = total.value is None or any(one.value is None for one in counts.values())
    return Table(
        id="newcomers", title=_("Personer som anmälde för första gången"), measures=("newcomer",),
        head=(_("Huvudman"), _("Nya anmälare")), rows=rows, foot=(text(_("Alla")), cell(total, threshold)),
        note=small_note(threshold) if hides else "",
    )  # fmt: skip


def _by_tertial(basis: Basis) -> Table | None:
    parts = tertials(basis.period)
    if len(parts) < 2:
        return None
    threshold = basis.numbers.threshold
    counts = [basis.count("newcomer_in", name) for name, _months in parts]
    rows = tuple(
        (text(_span(months[0], months[-1])), cell(count, threshold))
        for (_name, months), count in zip(parts, counts, strict=True)
    )
    return Table(
        id="newcomers_in", title=_("Nya anmälare över tid"), measures=("newcomer",),
        head=(_("Månader"), _("Nya anmälare")), rows=rows,
        note=small_note(threshold) if any(count.value is None for count in counts) else "",
    )  # fmt: skip


def _span(first: date, last: date) -> str:
    """ "januari 2026 till april 2026"; the month itself when it stands alone."""
    if first == last:
        return month(first)
    return _("%(first)s till %(last)s") % {"first": month(first), "last": month(last)}
