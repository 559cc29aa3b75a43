"""SIP as the register has it: how many, who came when called, what the plans met (D02, D03, G01–G04).

The section is the county's, or its only target group's where the body has one. Attendance, months and the checklist are
not counted by target group, and are the county's for everyone.
"""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning import control, runchart
from deviations.learning.counts import Cell as Count
from deviations.learning.counts import Protected
from deviations.learning.period import next_month
from deviations.learning.sip_counts import ALL, NOWHERE
from deviations.reports.basis import Basis
from deviations.reports.content import Block, Cell, Chart, Figure, Figures, Mark, Section, Table
from deviations.reports.decided import Choice, chosen
from deviations.reports.printing import NOTHING, UNTOLD, cell, days, month, number, percent, small_note, text
from deviations.reports.sections.sip_trained import trained
from deviations.services.sip import ABSENCE

FOLDED = 3  # so many rows of noughts are one sentence instead
COLUMNS = ("new", "conducted", "followed_up", "individuals")


def sip(basis: Basis) -> Section | None:
    """None where nobody has counted any SIP."""
    if all(_of(basis, ALL, ALL, what).value == 0 for what in ("initiated", *COLUMNS)):
        return None
    points = _points(basis)
    frozen, decisions = _frozen(basis, points)
    pattern = _pattern(basis, points, frozen)
    blocks: list[Block] = [_figures(basis), _chart(basis, points, pattern, decisions), _practice(basis)]
    blocks += [table for table in (_attendance(basis), _checklist(basis), trained(basis)) if table.rows]
    return Section(
        id="sip",
        title=_title(basis, pattern),
        deck=_("Samordnade individuella planer, så som huvudmännen har fört in dem. Bara antal, aldrig vem."),
        blocks=tuple(blocks),
    )


def _of(basis: Basis, where: str, group: str, what: str) -> Count:
    return basis.numbers["|".join(("sip", where, group, what))]


def _whose(basis: Basis) -> str:
    """The body's target group when it has one; else all of them."""
    try:
        groups = basis.profile.body(basis.body.key).target_groups
    except KeyError:
        groups = ()
    return groups[0] if len(groups) == 1 else ALL


def _title(basis: Basis, pattern: runchart.RunChart | None) -> str:
    """What the figures mean; a shift only when a rule says so."""
    if pattern is not None and pattern.long_run and pattern.longest_run < 0:
        return _("Kallade parter uteblir mer sällan: %(n)d månader i rad under medianen") % {"n": -pattern.longest_run}
    if pattern is not None and pattern.long_run:
        return _("Kallade parter uteblir oftare: %(n)d månader i rad över medianen") % {"n": pattern.longest_run}
    told = basis.numbers.told([f"sip_month|{ALL}|absent", f"sip_month|{ALL}|called"])
    if told is not None and told[1]:
        share = percent(told[0], told[1]).text
        return _("En kallad part saknades vid %(share)s av SIP-mötena") % {"share": share}
    new = _of(basis, ALL, _whose(basis), "new").value
    return _("%(n)s nya SIP") % {"n": number(new)} if new else _("SIP: nya, genomförda och vem som kom")


# ── how many ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _figures(basis: Basis) -> Figures:
    """New and conducted, per enskild samt totalt (Region Blekinge, granskning 2022, 4.2.2)."""
    group = _whose(basis)
    threshold = basis.numbers.threshold
    words = (
        ("new", _("Nya SIP"), "sip_new"),
        ("conducted", _("Genomförda möten"), "sip_conducted"),
        ("individuals", _("Enskilda"), "sip_individuals"),
        ("followed_up", _("Uppföljda"), "sip_followed_up"),
    )
    return Figures(
        id="sip.figures",
        figures=tuple(
            Figure(
                label=label,
                cell=cell(_of(basis, ALL, group, what), threshold),
                beside=_year_before(basis, group, what),
                measure=measure,
            )
            for what, label, measure in words
        ),
    )


def _year_before(basis: Basis, group: str, what: str) -> str:
    if basis.before is None:
        return ""
    value = basis.before["|".join(("sip", ALL, group, what))].value
    return "" if not value else _("%(n)s året före") % {"n": number(value)}


def _practice(basis: Basis) -> Table:
    """Each municipality beside the others, so that they can learn from whoever starts soonest (G04)."""
    group, threshold = _whose(basis), basis.numbers.threshold
    names = {p.id: p.name for p in basis.profile.principals if p.kind == "municipality"}
    names[NOWHERE] = _("Ingen särskild kommun")
    rows = []
    for where, name in names.items():
        counts = [_of(basis, where, group, what) for what in COLUMNS]
        if any(count.value != 0 for count in counts):
            rows.append((text(name), *(cell(count, threshold) for count in counts), _mean(basis, where)))
    total = [_of(basis, ALL, group, what) for what in COLUMNS]
    hides = any(one.mark == "hidden" for row in rows for one in row)
    every_month = _("Enskilda räknas varje månad: den som har möten i två månader räknas i båda.")
    return Table(
        id="sip.practice", title=_("Så gör kommunerna"),
        measures=("sip_new", "sip_conducted", "sip_followed_up", "sip_individuals", "sip_days"), wide=True,
        head=(_("Kommun"), _("Nya"), _("Genomförda möten"), _("Uppföljda"), _("Enskilda"),
              _("Från behov till möte, medel")),
        rows=tuple(rows), foot=(text(_("Totalt")), *(cell(count, threshold) for count in total), _mean(basis, ALL)),
        note=" ".join(filter(None, (every_month, small_note(threshold) if hides else ""))),
    )  # fmt: skip


def _mean(basis: Basis, where: str) -> Cell:
    """Of all target groups. Told only where the number of new plans is: a mean says something about its number."""
    wanted = f"sip_days|{where}|mean"
    if _of(basis, where, ALL, "new").value is None:
        return UNTOLD
    value = basis.numbers[wanted].value if wanted in basis.numbers.cells else None
    return NOTHING if value is None else Cell(text=days(float(value)), value=value, mark="number")


# ── who came ─────────────────────────────────────────────────────────────────────────────────────────────────────────
Point = tuple[date, Count, Count]
"""A month, the meetings at which a called party was missing, and those that parties were called to."""


def _points(basis: Basis) -> list[Point]:
    """The months of the year before and those of the period, from the first that was counted to the last."""
    found: list[Point] = []
    if basis.earlier is not None:
        at = date(basis.period.first.year - 1, 1, 1)
        while at < basis.period.first:
            found.append(_point(basis.earlier, at))
            at = next_month(at)
    found += [_point(basis.numbers, at) for at in basis.period.months]
    while found and found[0][2].value == 0:
        del found[0]
    while found and found[-1][2].value == 0:
        del found[-1]
    return found


def _point(numbers: Protected, at: date) -> Point:
    return at, numbers[f"sip_month|{at:%Y-%m}|absent"], numbers[f"sip_month|{at:%Y-%m}|called"]


def _share(point: Point) -> float | None:
    """Per cent, None of nothing and of what may not be told."""
    _at, absent, called = point
    if absent.value is None or not called.value:
        return None
    return round(100 * absent.value / called.value, 1)


def _frozen(basis: Basis, points: Sequence[Point]) -> tuple[int | None, list[Choice]]:
    """How many points made the median, and the decisions about SIP that the author has chosen.

    Before the first of them when there are enough; else before this year.
    """
    months = [at for at, _absent, _called in points]
    decisions = [
        choice
        for choice in chosen(basis.body, basis.text)
        if any(one.deviation.category.partition("/")[0] == ABSENCE.partition("/")[0] for one in choice.decisions)
        and any((at.year, at.month) == (choice.on.year, choice.on.month) for at in months)
    ]
    first = min((choice.on for choice in decisions), default=basis.period.first)
    before = runchart.points_before(months, first)  # the month of the decision began before it
    return (before if runchart.FEWEST <= before < len(points) else None), decisions


def _whole(basis: Basis, points: Sequence[Point]) -> list[Point]:
    """Months that had ended when the numbers were taken."""
    return [point for point in points if next_month(point[0]) <= timezone.localdate(basis.cut_off)]


def _pattern(basis: Basis, points: Sequence[Point], frozen: int | None) -> runchart.RunChart | None:
    """None when any month is hidden, for a median beside the others would narrow it down."""
    shares = [_share(point) for point in _whole(basis, points)]
    told = [share for share in shares if share is not None]
    if not told or len(told) < len(shares) or any(_share(point) is None for point in points):
        return None
    return runchart.run_chart(told, baseline=frozen if frozen is not None and frozen < len(told) else None)


def _chart(
    basis: Basis, points: Sequence[Point], pattern: runchart.RunChart | None, decisions: Sequence[Choice]
) -> Chart:  # fmt: skip
    labels = tuple(f"{at:%Y-%m}" for at, _absent, _called in points)
    shares = [_share(point) for point in points]
    threshold = basis.numbers.threshold
    title = _("Andel SIP-möten där kallad part uteblev")
    rows = tuple(
        (text(month(at)), cell(called, threshold), cell(absent, threshold), percent(absent.value, called.value))
        for at, absent, called in points
    )
    hides = any(one.mark == "hidden" for row in rows for one in row)
    table = Table(
        id="sip.absent.table", title=title, measures=("sip_absent",),
        head=(_("Månad"), _("Möten med kallelse"), _("Kallad part uteblev"), _("Andel")), rows=rows,
        note=small_note(threshold) if hides else "" if rows else _("Ingen har fört in möten med kallelse."),
    )  # fmt: skip
    frozen = pattern is not None and pattern.baseline < pattern.points
    return Chart(
        id="sip.absent", form="run", title=title, deck=_("Möten där minst en kallad part saknades, per månad."),
        words=_words(points, shares, pattern), unit="%", labels=labels, names=(_("Andel"),), series=(tuple(shares),),
        median=None if pattern is None else pattern.median,
        frozen_at=labels[pattern.baseline - 1] if pattern is not None and frozen else "",
        rule=_rule(basis, points, pattern, bool(decisions)),
        marks=tuple(
            Mark(at=f"{each.on:%Y-%m}", text=f"{date_format(each.on, 'j F')}: {each.lead}") for each in decisions
        ),
        table=table,
    )  # fmt: skip


def _rule(basis: Basis, points: Sequence[Point], pattern: runchart.RunChart | None, decided: bool) -> str:
    """Anhøj's rules of the run chart; and for how far single months stray, the p-chart's."""
    if not points:
        return ""
    if pattern is None:
        return _("Median och mönster visas inte när någon månad är dold eller saknar möten.")
    words = [runchart.finding(pattern), runchart.rule(pattern)]
    if pattern.baseline < pattern.points:
        words.append(_("Medianen är fryst före beslutet.") if decided else _("Medianen är fryst före året."))
    whole = _whole(basis, points)
    limits = control.p_chart(
        [absent.value or 0 for _at, absent, _called in whole],
        [called.value or 0 for _at, _absent, called in whole],
        baseline=pattern.baseline,
    )
    return " ".join(filter(None, (*words, control.finding(limits))))


def _words(points: Sequence[Point], shares: Sequence[float | None], pattern: runchart.RunChart | None) -> str:
    told = [share for share in shares if share is not None]
    if not told:
        return _("Inga månader kan visas.")
    span = {"first": month(points[0][0]), "last": month(points[-1][0])}
    ends = {"low": f"{min(told):.0f}", "high": f"{max(told):.0f}"}
    words = _("Seriediagram från %(first)s till %(last)s.") % span
    words += " " + _("De månader som visas ligger mellan %(low)s och %(high)s procent.") % ends
    if pattern is not None:
        words += " " + _("Medianen är %(median)s procent.") % {"median": f"{pattern.median:.0f}"}
    return words


def _attendance(basis: Basis) -> Table:
    """Each called party, most absences first; the ones that are hidden last, by name."""
    threshold = basis.numbers.threshold
    units = {unit.id: f"{unit.name}, {owner.name}" for owner, unit, _above in basis.profile.all_units()}
    names = {**units, **{each.id: each.name for each in basis.profile.principals}}
    parties = sorted({name.split("|")[1] for name in basis.numbers.cells if name.startswith("sip_called|")})

    def count(party: str, what: str) -> Count:
        return basis.numbers[f"sip_called|{party}|{what}"]

    found = [
        (names.get(party, party), count(party, "called"), count(party, "came"), count(party, "absent"))
        for party in parties
    ]
    found.sort(key=lambda row: (-(row[3].value or 0), row[0]))
    never = [name for name, called, _came, _absent in found if called.value == 0]
    never = never if len(never) >= FOLDED else []
    rows = tuple(
        (text(name), *(cell(each, threshold) for each in (called, came, absent)), percent(absent.value, called.value))
        for name, called, came, absent in found
        if name not in never
    )
    hides = any(one.mark == "hidden" for row in rows for one in row)
    notes = [small_note(threshold)] if hides else []
    notes += [_never_called(never)] if never else []
    return Table(
        id="sip.called", title=_attendance_title(found), measures=("sip_came",), wide=True,
        head=(_("Kallad part"), _("Kallad till"), _("Kom till"), _("Uteblev"), _("Andel uteblivna")), rows=rows,
        note=" ".join(notes),
    )  # fmt: skip


def _never_called(names: Sequence[str]) -> str:
    words = ngettext(
        "%(n)d verksamhet kallades inte till något möte: %(names)s.",
        "%(n)d verksamheter kallades inte till något möte: %(names)s.",
        len(names),
    )
    return words % {"n": len(names), "names": "; ".join(names)}


def _attendance_title(found: Sequence[tuple[str, Count, Count, Count]]) -> str:
    """Whom most was missed of, when no hidden one can have been missed more."""
    larger = any(absent.value is None and not absent.small for _name, _called, _came, absent in found)
    if found and found[0][3].value and not larger:
        name, _called, _came, absent = found[0]
        return _("%(name)s uteblev från flest möten: %(n)s") % {"name": name, "n": number(absent.value or 0)}
    return _("Kallade parter")


# ── what the plans met ───────────────────────────────────────────────────────────────────────────────────────────────
def _checklist(basis: Basis) -> Table:
    """In the order of the county's checklist: the law's points first."""
    threshold = basis.numbers.threshold
    rows = []
    for point in basis.profile.sip_checklist:
        met, of = (basis.numbers[f"sip_quality|{point.id}|{what}"] for what in ("met", "of"))
        if of.value == 0:
            continue
        rows.append(
            (
                text(point.text),
                cell(met, threshold),
                cell(of, threshold),
                percent(met.value, of.value),
                text(point.source),
            )
        )
    hides = any(one.mark == "hidden" for row in rows for one in row)
    return Table(
        id="sip.quality", title=_("Planerna mot checklistan"), measures=("sip_quality",), wide=True,
        head=(_("Punkt"), _("Uppfyller"), _("Granskade"), _("Andel"), _("Varifrån")), rows=tuple(rows),
        note=small_note(threshold) if hides else "",
    )  # fmt: skip
