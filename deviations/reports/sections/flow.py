"""The flow: what came in, what was answered in time, who answers late, how old the open ones are, what was declined."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Chart, Figure, Figures, Section, Table
from deviations.reports.printing import (
    bars,
    cell,
    column,
    days,
    interval,
    median,
    number,
    percent,
    small_note,
    text,
    withheld,
)

AGES = ("open0", "open2", "open4", "open7")


def flow(basis: Basis) -> Section:
    return Section(
        id="flow",
        title=_title(basis),
        deck=_("Det som kom in under %(period)s, och hur långt det har kommit.") % {"period": basis.period.name},
        blocks=(figures(basis), _ages(basis), _receivers(basis), _reasons(basis)),
    )


def _title(basis: Basis) -> str:
    """The median of the answers, and of how many; or how many came in time; or nothing is claimed."""
    spread, answered = basis.spreads.get(f"answer|{basis.scope}"), basis.count("answered").value
    if spread is not None and spread.median is not None and answered:
        told = {"n": number(answered), "days": days(spread.median)}
        within = _("Hälften av de %(n)s svaren kom inom %(days)s") % told
        return _("Hälften av de %(n)s svaren kom samma dag") % told if spread.median < 1 else within
    filed, in_time = basis.count("filed").value, basis.count("answer", "in_time").value
    if filed and in_time is not None:
        return ngettext(
            "%(part)s av %(n)s fick svar i tid", "%(part)s av %(n)s fick svar i tid", in_time
        ) % {"part": number(in_time), "n": number(filed)}  # fmt: skip
    return _("Så snabbt går det")


def figures(basis: Basis) -> Figures:
    threshold, filed = basis.numbers.threshold, basis.count("filed")
    answer, closing = basis.spreads.get(f"answer|{basis.scope}"), basis.spreads.get(f"closing|{basis.scope}")
    return Figures(
        id="flow",
        figures=(
            Figure(label=_("Mottagna"), cell=cell(filed, threshold), beside=_beside(basis, "filed"), measure="filed"),
            _share(basis, _("Svar i tid"), "answer", "in_time", "answer_in_time"),
            Figure(
                label=_("Tid till första svar"), cell=median(answer), beside=interval(answer), measure="days_to_answer"
            ),
            Figure(label=_("Tid till avslut"), cell=median(closing), beside=interval(closing), measure="days_to_close"),
            _share(basis, _("Öppna"), "closing", "open", "open"),
            _share(basis, _("Fick en annan mottagare"), "rerouted", "yes", "rerouted"),
        ),
    )  # fmt: skip


def _share(basis: Basis, label: str, table: str, row: str, measure: str) -> Figure:
    """The share, with the count beside."""
    count, filed = basis.count(table, row), basis.count("filed").value
    told = cell(count, basis.numbers.threshold)
    if count.value is None or not filed:
        return Figure(label=label, cell=told, measure=measure)
    beside = _("%(n)s av %(all)s") % {"n": told.text, "all": number(filed)}
    return Figure(label=label, cell=percent(count.value, filed), beside=beside, measure=measure)


def _beside(basis: Basis, table: str) -> str:
    """What it was last year, when that may be told."""
    earlier = basis.last_year(table).value
    return "" if earlier is None else _("%(n)s samma tid förra året") % {"n": number(earlier)}


def _ages(basis: Basis) -> Table:
    title, head = _("Öppna, efter ålder"), (_("Skickades in"), _("Öppna"), _("Andel"))
    if not basis.tells("age"):
        return Table(id="open", title=title, head=head, rows=(), withheld=withheld())
    words = (
        _("Den sista månaden eller den före"), _("2–3 månader tidigare"), _("4–6 månader tidigare"),
        _("7 månader tidigare eller mer"),
    )  # fmt: skip
    counts = [basis.count("age", age) for age in AGES]
    whole = basis.count("closing", "open")
    shares = column(counts, whole.value, basis.rounding)
    rows = tuple(
        (text(word), cell(count, basis.numbers.threshold), share)
        for word, count, share in zip(words, counts, shares, strict=True)
    )
    foot = (text(_("Summa")), cell(whole, basis.numbers.threshold), text(""))
    return Table(id="open", title=title, measures=("open",), head=head, rows=rows, foot=foot, note=_note(basis, rows))


def _receivers(basis: Basis) -> Table:
    """Answers per receiving principal: who needs help to answer, and no league table."""
    title = _("Svar efter den huvudman som det gäller")
    head = (_("Huvudman"), _("I tid"), _("Sena"), _("Väntar, efter sista dagen"))
    if not basis.tells("receiver"):
        return Table(id="receivers", title=title, head=head, rows=(), withheld=withheld())
    start, threshold = f"receiver|{basis.scope}|", basis.numbers.threshold
    keys = sorted(
        {name.removeprefix(start).split("|")[0] for name in basis.numbers.keys_in("receiver", basis.scope)} - {"Σ"},
        key=lambda key: basis.name("principal", key),
    )
    rows: list[tuple[Cell, ...]] = []
    for key in keys:
        counts = [basis.count("receiver", key, row) for row in ("in_time", "late", "open_late")]
        if any(count.value != 0 for count in counts):
            rows.append((text(basis.name("principal", key)), *(cell(count, threshold) for count in counts)))
    return Table(
        id="receivers", title=title, deck=_("Den som får många frågor har fler att svara på. Ställ inte parter mot "
        "varandra."), measures=("receiver",), head=head, rows=tuple(rows), note=_note(basis, tuple(rows)),
    )  # fmt: skip


def _reasons(basis: Basis) -> Chart | Table:
    """Shares of the refusals: one deviation can have met several, so that they may be more than what was filed."""
    title, head = _("Avböjda, efter skäl"), _("Skäl")
    if not basis.tells("rejected"):
        return Table(id="rejected", title=title, head=(head,), rows=(), withheld=withheld())
    return bars(
        "rejected", title, head, basis.rows("rejected"), basis.names.get("decline_reason", {}),
        whole=basis.count("rejected", "Σ").value, threshold=basis.numbers.threshold, measure="rejected",
        rounding=basis.rounding, deck=_("Ett yttrande som en verksamhet har avböjt, med skälet som den angav."),
    )  # fmt: skip


def _note(basis: Basis, rows: tuple[tuple[Cell, ...], ...]) -> str:
    hides = any(one.mark == "hidden" for row in rows for one in row)
    return small_note(basis.numbers.threshold) if hides else ""
