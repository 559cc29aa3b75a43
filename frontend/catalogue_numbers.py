"""Made-up charts and tables for the page of components: every form of a chart, hidden cells, and more columns than fit.

Drawn once in a process: each chart takes as long as a whole page.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from deviations.reports.content import Cell, Chart, Content, Figure, Figures, Line, Lines, Mark, Table
from frontend.report_page import BlockShown, block_shown

NOWHERE = Content(
    template="example",
    title="Exempel",
    subtitle="",
    standfirst="",
    county="",
    body="",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    period="2026",
    cut_off=datetime(2027, 1, 31, tzinfo=UTC),
    threshold=5,
    sections=(),
    definitions=(),
)
"""The report that the examples would stand in; it says what is small and defines nothing."""
BODIES = ("Barn och unga", "Vuxna", "Äldre", "Beroende", "Somatik", "Elevhälsa", "Nära vård", "Psykiatri")


def _text(words: str) -> Cell:
    return Cell(text=words)


def _number(value: int, heat: int = 0) -> Cell:
    return Cell(text=str(value), value=value, mark="number", heat=heat)


HIDDEN = Cell(text="··", mark="hidden")
SMALL = Cell(text="<5", mark="hidden")
NOT_ONE = Cell(text="–", mark="number")


def _table(name: str, head: tuple[str, ...], *rows: tuple[Cell, ...], **more: Any) -> Table:
    return Table(id=f"table-{name}", title=name, head=head, rows=rows, **more)


def _run() -> Chart:
    labels = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
    values = (14, 17, 15, 16, 18, 15, 9, 11, 8, 7, 8, 6)
    return Chart(
        id="example-run",
        form="run",
        title="Kallad part uteblir mer sällan sedan i somras",
        words="Andelen sjönk från omkring 15 till 8 procent i juli och har legat kvar.",
        unit="%",
        labels=labels,
        names=("Uteblivna",),
        series=(values,),
        median=15.5,
        frozen_at="jun",
        rule="Sex punkter i rad under medianen är ett skifte.",
        marks=(Mark(at="jul", text="Ny rutin"),),
        table=_table(
            "Uteblivna, procent", ("Månad", "Andel"), *zip(map(_text, labels), map(_number, values), strict=True)
        ),
    )


def _bars() -> Chart:
    return Chart(
        id="example-bars",
        form="bars",
        title="Flest gäller SIP",
        words="SIP är vanligast. Information och överföring visas inte: de är för få.",
        labels=("SIP", "Remiss", "Information", "Överföring"),
        names=("Antal",),
        series=((42, 27, None, None),),
        table=_table(
            "Antal per slag",
            ("Slag", "Antal"),
            (_text("SIP"), _number(42)),
            (_text("Remiss"), _number(27)),
            (_text("Information"), HIDDEN),
            (_text("Överföring"), SMALL),
        ),
    )


def _flow() -> Chart:
    labels = ("Inskickad", "Yttrande", "På dagordning", "Beslut", "Effekt")
    return Chart(
        id="example-flow",
        form="flow",
        title="Hälften når ett möte",
        words="412 kom in, 204 togs upp på möte och 61 har en visad effekt.",
        labels=labels,
        names=("Antal",),
        series=((412, 310, 204, 150, 61),),
        table=_table(
            "Vägen", ("Station", "Antal"), *zip(map(_text, labels), map(_number, (412, 310, 204, 150, 61)), strict=True)
        ),
    )


def _shares() -> Chart:
    return Chart(
        id="example-shares",
        form="shares",
        title="Nio av tio får svar",
        words="92 procent i Barn och unga, 71 procent i Vuxna; i fjol 80 och 75.",
        unit="%",
        labels=("Barn och unga", "Vuxna"),
        names=("Fått svar",),
        series=((92, 71),),
        compare=(80, 75),
        table=_table(
            "Fått svar, procent",
            ("Grupp", "I år", "I fjol"),
            (_text("Barn och unga"), _number(92), _number(80)),
            (_text("Vuxna"), _number(71), _number(75)),
        ),
    )


@lru_cache(maxsize=1)
def charts() -> list[BlockShown]:
    return [block_shown(chart, NOWHERE) for chart in (_run(), _flow(), _bars(), _shares())]


@lru_cache(maxsize=1)
def matrix() -> BlockShown:
    """Eight columns with heat, hidden numbers, what is not counted, and a sum."""
    head = ("Från", *BODIES, "Alla")
    rows = tuple(
        (
            _text(name),
            *(
                HIDDEN if (row + at) % 5 == 3 else SMALL if (row * at) % 7 == 6 else NOT_ONE if row == at
                else _number(5 + row * at, heat=1 + (row + at) % 4)
                for at in range(len(BODIES))
            ),
            _number(90 + row),
        )
        for row, name in enumerate(BODIES[:4])
    )  # fmt: skip
    return block_shown(_table("Mellan vilka", head, *rows, wide=True, note="·· är dolt, – ingår inte."), NOWHERE)


@lru_cache(maxsize=1)
def front() -> dict[str, BlockShown]:
    figures = (
        Figure(label="Anmälda", cell=_number(412), beside="i fjol 371", measure=""),
        Figure(
            label="Fått svar i tid",
            cell=Cell(text="86 %", value=86, mark="number"),
            beside="målet är 100 %",
            measure="",
        ),
        Figure(label="Tvister", cell=SMALL, measure=""),
    )
    lines = (
        Line(
            lead="Kallelser.",
            text="Går nu till en bevakad brevlåda.",
            count=_number(38),
            state="Effekt visad",
            tone="good",
        ),
        Line(lead="Remisser.", text="Ny mall prövas.", count=SMALL, state="Pågår", tone="going"),
        Line(lead="Telefon.", text="Ingen har svarat i tid.", state="Försenad", tone="late"),
    )
    return {
        "numbers": block_shown(Figures(id="example-figures", figures=figures), NOWHERE),
        "lines": block_shown(Lines(id="example-lines", title="Vad som blev gjort", lines=lines), NOWHERE),
    }
