"""What a board reads in the ten minutes before a meeting: parts of one report, chosen and none of them rewritten (E04).

Everything here stands in the report itself, with the same words and the same hidden numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.reports.content import Cell, Chart, Content, Figure, Figures, Lines, Section

KEY = ("filed", "answer_in_time", "led", "reached", "mode_e", "sip_new", "times")
"""Measures in the order in which a board has use for them; three are shown."""
PICTURES = ("way", "sip", "series", "feedback", "breakdown")
"""Sections whose first chart is shown, the most telling first."""
MOST_FIGURES, MOST_CHARTS, MOST_CHANGES = 3, 3, 6


@dataclass(frozen=True)
class Change:
    """One number beside the same number in the period before."""

    label: str
    now: str
    then: str
    words: str


@dataclass(frozen=True)
class InBrief:
    figures: Sequence[Figure]
    lines: Mapping[str, Lines]
    charts: Sequence[tuple[Section, Chart]]
    findings: Sequence[Section]


def in_brief(content: Content) -> InBrief:
    """`lines`: what hurts, what was decided and what is asked, by their ids. `findings`: sections whose title says
    something of its own, in the report's order."""
    lines = {block.id: block for block in _first(content).blocks if isinstance(block, Lines)}
    return InBrief(_figures(content), lines, _charts(content), [s for s in content.sections if s.id not in UNTITLED])


UNTITLED = frozenset({"first_page", "summary", "definitions"})


def _first(content: Content) -> Section:
    empty = Section(id="", title="", blocks=())
    return next((section for section in content.sections if section.id == "first_page"), empty)


def _figures(content: Content) -> list[Figure]:
    told = {figure.measure: figure for figure in reversed(list(_every(content))) if figure.cell.mark == "number"}
    return [told[measure] for measure in KEY if measure in told][:MOST_FIGURES]


def _every(content: Content) -> Iterator[Figure]:
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                yield from block.figures


def _charts(content: Content) -> list[tuple[Section, Chart]]:
    """A chart with nothing to draw is left out; its section says why in the report."""
    found = {}
    for section in content.sections:
        drawn = [b for b in section.blocks if isinstance(b, Chart) and any(v is not None for s in b.series for v in s)]
        if section.id in PICTURES and drawn:
            found[section.id] = (section, drawn[0])
    return [found[id] for id in PICTURES if id in found][:MOST_CHARTS]


# ── what has changed ─────────────────────────────────────────────────────────────────────────────────────────────────
def changes(content: Content, earlier: Content | None) -> list[Change]:
    """What both periods tell, in the order of the report: its figures, then its shares with last year's beside them.
    A number that is hidden in either is left out."""
    found = list(_of_figures(content, earlier)) if earlier is not None else []
    return [*found, *_of_shares(content)][:MOST_CHANGES]


def _of_figures(content: Content, earlier: Content) -> Iterator[Change]:
    before = {figure.measure: figure for figure in _every(earlier)}
    for figure in _every(content):
        then = before.get(figure.measure)
        if figure.measure in KEY and then is not None and _is_told(figure.cell) and _is_told(then.cell):
            yield _change(figure.label, figure.cell, then.cell)


def _of_shares(content: Content) -> Iterator[Change]:
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Chart) and block.form == "shares":
                for label, now, then in zip(block.labels, block.series[0], block.compare, strict=False):
                    if now is not None and then is not None:
                        yield _change(label, _share(now, block.unit), _share(then, block.unit))


def _is_told(cell: Cell) -> bool:
    return cell.mark == "number" and cell.value is not None


def _share(value: float, unit: str) -> Cell:
    return Cell(text=f"{value:g}\u00a0{unit}".replace(".", ","), value=value, mark="number")


def _change(label: str, now: Cell, then: Cell) -> Change:
    return Change(label, now.text, then.text, _in_words(now, then))


def _in_words(now: Cell, then: Cell) -> str:
    """Of shares in percentage points; nothing is said of whether it is good."""
    assert now.value is not None and then.value is not None  # noqa: S101, PT018  # both are told
    apart = round(abs(now.value - then.value))
    if not apart:
        return _("Lika mycket som förra perioden.")
    values = {"n": apart}
    if now.text.endswith("%"):
        if now.value > then.value:
            return ngettext("%(n)s procentenhet mer.", "%(n)s procentenheter mer.", apart) % values
        return ngettext("%(n)s procentenhet mindre.", "%(n)s procentenheter mindre.", apart) % values
    return _("%(n)s fler.") % values if now.value > then.value else _("%(n)s färre.") % values
