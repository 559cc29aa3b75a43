"""A report as a document, for those formats that are read from top to bottom: PDF and Word.

Every table of the report stands in it. A narrow chart has its table beside it; that of a chart over the whole width
stands last, with the others of its kind, so that the chart and what it says can be read in peace.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from deviations.deadlines import in_swedish
from deviations.documents import document as paper
from deviations.reports import charts
from deviations.reports.content import Block, Case, Cell, Chart, Content, Definition, Figures, Line, Lines, Table, Text
from deviations.reports.content import Section as Part
from deviations.reports.files.hidden import about_hidden

SIDE_BY_SIDE = 3
MOST_BARS = 12
NARROW = ("bars", "shares")
"""Charts that are drawn half as wide as the page."""
ABOUT = "definitions"
"""The section that says how the numbers were made, which stands last."""


def document_of(content: Content) -> paper.Document:
    blocks: list[paper.Block] = [_opening(content)]
    about = [section for section in content.sections if section.id == ABOUT]
    for section in content.sections:
        if section not in about:
            blocks += _section(section, content)
    blocks += _tables_of_charts(content)
    for section in about:
        blocks += _section(section, content)
    blocks += _made(content, told=bool(about))
    foot = " · ".join(part for part in ("Samsyn", content.title, _sum(content), _demo(content)) if part)
    return paper.Document(content.title, tuple(blocks), content.body, foot, content.language, "report")


def _opening(content: Content) -> paper.Opening:
    beside = [content.body, f"{content.county}, {content.period}"]
    if content.snapshot:
        beside.append(_("Underlag %(code)s") % {"code": content.snapshot})
    beside.append(_("Data till och med %(day)s") % {"day": in_swedish(timezone.localdate(content.cut_off))})
    return paper.Opening(content.title, content.subtitle, content.standfirst, tuple(beside), _demo(content))


def _demo(content: Content) -> str:
    return _("Demodata") if content.demo else ""


def _section(section: Part, content: Content) -> Iterator[paper.Block]:
    yield paper.Chapter(section.title, section.deck)
    names = {definition.id: definition.name for definition in content.definitions}
    for row in _rows(section):
        columns = tuple(tuple(_block(block, section, names)) for block in row)
        if len(columns) == 1:
            yield from columns[0]
        else:
            yield paper.Columns(columns)


def _rows(section: Part) -> Iterator[tuple[Block, ...]]:
    """Blocks that stand side by side: lists and texts can, a chart is too small to read in less than a whole line."""
    beside: list[Block] = []
    for block in section.blocks:
        alone = (
            not section.columns or isinstance(block, Chart | Figures) or (isinstance(block, Text) and not block.title)
        )
        if not alone:
            beside.append(block)
            continue
        yield from _shared(beside)
        yield (block,)
        beside = []
    yield from _shared(beside)


def _shared(blocks: list[Block]) -> Iterator[tuple[Block, ...]]:
    """In rows of three, or of two where that leaves none over: four stand two and two."""
    wide = 2 if len(blocks) in (2, 4) else SIDE_BY_SIDE
    yield from (tuple(blocks[at : at + wide]) for at in range(0, len(blocks), wide))


def _block(block: Block, section: Part, names: dict[str, str]) -> Iterator[paper.Block]:
    match block:
        case Table():
            yield from _table(block, names)
        case Chart():
            yield from _chart(block, section, names) if is_drawn(block) else _table(block.table, names)
        case Figures():
            yield paper.Tiles(tuple(paper.Tile(f.label, f.cell.text, f.beside) for f in block.figures))
        case Lines():
            yield paper.Heading(block.title, 3)
            yield from _lines(block)
        case Text():
            if block.title and block.title != section.title:
                yield paper.Heading(block.title, 3)
            yield from (paper.Text(paragraph) for paragraph in block.paragraphs)
        case Case():
            yield paper.Heading(block.title, 3)
            yield paper.Text(block.happened, _("Vad som hände."))
            yield paper.Text(block.learning, _("Det vi lärde."))


def _table(table: Table, names: dict[str, str]) -> Iterator[paper.Block]:
    if table.withheld or not table.rows:
        yield paper.Heading(table.title, 3)
        yield paper.Text(table.withheld or table.note or _("Inget att visa."))
        return
    caption = f"{table.title}. {table.deck}" if table.deck else table.title
    yield paper.Grid(caption, table.head, tuple(_cells(row) for row in table.rows), _cells(table.foot))
    if table.note:
        yield paper.Note(table.note)
    measured = [names[id] for id in table.measures if id in names]
    if measured:
        yield paper.Note(_("Så räknas det: %(names)s.") % {"names": ", ".join(measured)})


def _cells(row: tuple[Cell, ...]) -> tuple[paper.Cell, ...]:
    return tuple(
        paper.Cell(cell.text, heat=cell.heat, number=cell.mark == "number", hidden=cell.mark == "hidden")
        for cell in row
    )


def is_drawn(chart: Chart) -> bool:
    """Many bars fill a page and say no more than their table, which then stands in their place."""
    return chart.form != "bars" or len(chart.labels) <= MOST_BARS


def _chart(chart: Chart, section: Part, names: dict[str, str]) -> Iterator[paper.Block]:
    drawn = tuple(_drawn(chart, section))
    if chart.form in NARROW:
        yield paper.Columns((drawn, tuple(_table(chart.table, names))))
    else:
        yield from drawn


def _drawn(chart: Chart, section: Part) -> Iterator[paper.Block]:
    if chart.title != section.title:
        yield paper.Heading(chart.title, 3)
    if chart.deck and chart.deck != section.deck:
        yield paper.Note(chart.deck)
    yield paper.Picture(charts.svg(chart), chart.words)
    if chart.rule:
        yield paper.Note(chart.rule)


def _lines(block: Lines) -> Iterator[paper.Block]:
    if not block.lines:
        yield paper.Text(block.empty)
        return
    yield paper.Items(tuple(_line(line, place if block.numbered else 0) for place, line in enumerate(block.lines, 1)))


def _line(line: Line, place: int) -> paper.Item:
    """`place` 0: the list has no order. A count stands where the place would."""
    mark = line.count.text if line.count else str(place) if place else ""
    return paper.Item(line.text, mark, line.ended_lead, line.state, line.tone)


def _tables_of_charts(content: Content) -> Iterator[paper.Block]:
    blocks = [block for section in content.sections for block in section.blocks]
    drawn = [block for block in blocks if isinstance(block, Chart) and is_drawn(block) and block.form not in NARROW]
    if not drawn:
        return
    names = {definition.id: definition.name for definition in content.definitions}
    yield paper.Chapter(_("Siffrorna i diagrammen"), _("Samma tal som är ritade."))
    for chart in drawn:
        yield from _table(chart.table, names)


def _made(content: Content, *, told: bool) -> Iterator[paper.Block]:
    """How the numbers were made, from what, and what has been changed since. `told`: a section has begun on it."""
    if not told:
        yield paper.Chapter(_("Så är siffrorna gjorda"), _("Varje exemplar av rapporten visar samma tal."))
        yield paper.Text(about_hidden(content.threshold), _("Dolda tal."))
    if content.excluded:
        yield paper.Text(content.excluded, _("Ingår inte."))
    half = (len(content.definitions) + 1) // 2
    if half:
        yield paper.Text(
            _("BL, VL och JH är revisionernas granskningar i Blekinge, Värmland och Jämtland Härjedalen."), _("Källor.")
        )
        if content.shared[0]:
            yield paper.Text(_in_common(*content.shared), _("Där inget annat sägs."))
        texts = [_definition(definition, content.shared) for definition in content.definitions]
        yield paper.Columns((tuple(texts[:half]), tuple(texts[half:])))
    facts = [
        (_("Underlag"), content.snapshot),
        (_("Data till och med"), _moment(content.cut_off)),
        (_("Kontrollsumma"), _sum(content)),
        (_("Diarienummer"), _("Fylls i av den som diarieför") if content.snapshot else ""),
    ]
    yield paper.Facts(tuple((term, said) for term, said in facts if said))
    for revision in content.revisions:
        said = f"{in_swedish(revision.on)}. {revision.reason}" if revision.reason else f"{in_swedish(revision.on)}."
        yield paper.Text(said, _("Utgåva %(number)d.") % {"number": revision.number})


def _in_common(population: str, exclusions: str) -> str:
    return _("Bland: %(population)s. Ingår inte: %(exclusions)s.") % {
        "population": population, "exclusions": exclusions,
    }  # fmt: skip


def _definition(definition: Definition, shared: tuple[str, str]) -> paper.Text:
    own = (definition.population, definition.exclusions) != shared
    told = [
        definition.formula,
        _("Räknas i: %(unit)s") % {"unit": definition.unit},
        _("Bland: %(population)s") % {"population": definition.population} if own else "",
        _("Inte: %(exclusions)s") % {"exclusions": definition.exclusions} if own and definition.exclusions else "",
        _("Källa: %(source)s") % {"source": definition.source} if definition.source else "",
    ]
    sentences = [f"{text[:1].upper()}{text[1:]}".rstrip(".") + "." for text in told if text]
    return paper.Text(" ".join(sentences), f"{definition.name}.")


def _moment(instant: datetime) -> str:
    local = timezone.localtime(instant)
    return f"{in_swedish(local.date())}, {local:%H.%M}"


def _sum(content: Content) -> str:
    """The first sixteen signs of the checksum, in fours: what can be compared by eye. A live one has none."""
    if not content.snapshot:
        return ""
    full = content.checksum()
    return " ".join(full[at : at + 4] for at in range(0, 16, 4))
