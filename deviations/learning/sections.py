"""The parts of a report, from protected numbers to words, figures and tables."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning import runchart
from deviations.learning.days import UPPER, upper_at
from deviations.learning.facts import Own
from deviations.learning.period import Period
from deviations.learning.printed import Figure, Point, Printed, Series, Table, number, printed
from deviations.learning.shares import rounded
from deviations.learning.tables import TOTAL, Cell, Scope, Shown, Tree
from orgs.models import Body, Organisation
from orgs.profiles.schema import Profile

if TYPE_CHECKING:
    import pandas as pd

    from deviations.learning.report import Protected

AGES = ((0, 1), (2, 3), (4, 6), (7, None))
"""How many months ago an open deviation was filed: first and last of each class."""


# ── from the counts to what is protected ─────────────────────────────────────────────────────────────────────────────
def ages_of_open(months: "pd.DataFrame", today: date) -> Own:
    """How many are open since when: parts that add up to what is open."""
    own: Own = {}
    for body, month, is_open in zip(months["body_id"], months["month"], months["open"], strict=True):
        row = own.setdefault(int(body), {})
        age = _age_class(month, today)
        row[age] = row.get(age, 0) + int(is_open)
    return own


def times_of(
    tree: Tree, filed: Mapping[Scope, Cell], sums: Mapping[int, Mapping[str, int]]
) -> Mapping[Scope, int | None]:
    """How many times it happened, which is nearly how many were filed: told only where no body's number is hidden."""
    told = all(cell.value is not None for cell in filed.values())
    return {
        scope: sum(sums.get(body, {}).get("times", 0) for body in tree.members(scope)) if told else None
        for scope in filed
    }


def _age_class(month: date, today: date) -> str:
    old = (today.year - month.year) * 12 + today.month - month.month
    return next(f"open{first}" for first, last in AGES if last is None or old <= last)


def by_month(months: "pd.DataFrame", column: str) -> Own:
    """`filed` or `answered` of each body, by the month in which the deviation was filed."""
    own: Own = {}
    for body, month, value in zip(months["body_id"], months["month"], months[column], strict=True):
        own.setdefault(int(body), {})[month.isoformat()] = int(value)
    return own


# ── the first page ───────────────────────────────────────────────────────────────────────────────────────────────────
def standfirst(shown: "Protected", scope: Scope, period: Period) -> str:
    filed = shown.filed[scope]
    if filed.value is None:
        return _("Färre än %(threshold)d avvikelser, eller så få att de kunde räknas fram. Inga tal visas.") % {
            "threshold": shown.threshold
        }
    came = ngettext(
        "%(n)s avvikelse kom in under %(period)s.", "%(n)s avvikelser kom in under %(period)s.", filed.value
    ) % {"n": number(filed.value), "period": period.name}
    answered, in_time = shown.answers[scope].value("answered"), shown.timely[scope].value("in_time")
    if answered is None or not filed.value:
        return came
    words = _(" %(share)s har fått ett första svar") % {"share": share(answered, filed.value)}
    if in_time is not None:
        words += _(", %(share)s inom den tid som är avtalad") % {"share": share(in_time, filed.value)}
    return f"{came}{words}."


def share(part: int, whole: int) -> str:
    return f"{rounded([part, whole - part], 100)[0]}\u00a0%"


def figures(shown: "Protected", scope: Scope, histograms: Mapping[str, list[int]]) -> tuple[Figure, ...]:
    """The flow. Empty when the body's own total may not be told."""
    filed = shown.filed[scope].value
    if not filed:
        return ()
    answers, endings, feedback = shown.answers[scope], shown.endings[scope], shown.feedback[scope]
    answered, closed = answers.value("answered"), endings.value("closed")
    return (
        Figure(_("Mottagna"), number(filed), "", _("Inskickade under perioden. Återtagna ingår inte.")),
        _of(_("Fått ett första svar"), answered, filed, _("Yttrande, beslut eller återkoppling.")),
        _of(
            _("Svar i tid"), shown.timely[scope].value("in_time"), filed, _("Första svaret kom inom länets tidsgräns.")
        ),
        _of(_("Återkopplade"), feedback.value("fed_back"), filed, _("Den som anmälde har fått veta vad som hände.")),
        _of(_("Avslutade"), closed, filed, _("Beslutade, återkopplade och stängda.")),
        _of(_("Öppna"), endings.value("other"), filed, _("Inte avslutade än, oavsett hur länge.")),
        Figure(
            _("Återtagna"), printed(shown.withdrawn[scope], shown.threshold).text, "",
            _("Återtagna innan gruppen tog emot dem. Räknas inte någon annanstans."),
        ),
        Figure(
            _("Dubbletter"), printed(shown.merged[scope], shown.threshold).text, "",
            _("Förda samman med en annan om samma händelse. Räknas inte någon annanstans."),
        ),
        Figure(
            _("Tillfällen"), "··" if shown.times[scope] is None else str(shown.times[scope]), "",
            _("Så många gånger det hände. Det som sker ofta kan anmälas en gång för flera tillfällen."),
        ),
        _time(_("Tid till första svar"), histograms["answer_days"], answered, shown.threshold),
        _time(_("Tid till avslut"), histograms["closing_days"], closed, shown.threshold),
    )  # fmt: skip


def _of(label: str, part: int | None, whole: int, definition: str) -> Figure:
    if part is None:
        return Figure(label, "··", _("dolt"), definition)
    return Figure(
        label, share(part, whole), _("%(n)s av %(all)s") % {"n": number(part), "all": number(whole)}, definition
    )


def _time(label: str, histogram: list[int], known: int | None, threshold: int) -> Figure:
    """Median and nine of ten, as "at most so many days": the counts are kept in steps. Nothing for few."""
    definition = _("Median, och den tid inom vilken nio av tio blev klara. Kalenderdagar från inskickad, i grova steg.")
    if known is None or known < threshold:
        return Figure(label, "··", _("för få för att visas"), definition)
    most = "" if known < 2 * threshold else _("nio av tio: %(days)s") % {"days": _days(upper_at(histogram, 0.9))}
    return Figure(label, _days(upper_at(histogram, 0.5)), most, definition)


def _days(upper: int | None) -> str:
    if upper is None:
        return _("mer än %(n)d dagar") % {"n": UPPER[-1]}
    if upper == 0:
        return _("samma dag")
    return ngettext("högst %(n)d dag", "högst %(n)d dagar", upper) % {"n": upper}


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def tables(
    shown: "Protected", scope: Scope, profile: Profile, principals: list[Organisation], bodies: Mapping[int, Body]
) -> tuple[Table, ...]:
    """Empty when the body's own total may not be told, or is nothing."""
    if not shown.filed[scope].value:
        return ()
    groups = {group.id: group.name for group in profile.target_groups}
    categories = {category.code: category.name for category in profile.categories}
    both = [_by_body(shown, scope, bodies)] if scope[0] == "all" else []
    return (
        *both,
        _direction(shown, scope, principals),
        _list("kategorier", _("Kategorier"), _("Kategori"), shown.category[scope], categories, shown.threshold),
        _list("malgrupper", _("Målgrupper"), _("Målgrupp"), shown.target_group[scope], groups, shown.threshold),
        _municipalities(shown, scope, principals),
        _ages(shown, scope),
    )


def _list(id: str, title: str, head: str, table: Shown, names: Mapping[str, str], threshold: int) -> Table:
    """Largest first; what is hidden comes last, by name, so that the order tells nothing."""
    deck = _("Antal avvikelser under perioden.")
    if table.withheld:
        return Table(id, title, deck, (head, _("Antal")), (), withheld=_withheld())
    cells = {str(key): cell for key, cell in table.cells.items() if cell.value != 0}
    most = max((cell.value or 0 for cell in cells.values()), default=0)
    ordered = sorted(cells, key=lambda key: (-(cells[key].value or 0), names.get(key, key)))
    rows = tuple(
        (Printed(names.get(key, key) or _("Inte angiven")), printed(cells[key], threshold, most)) for key in ordered
    )
    return Table(id, title, deck, (head, _("Antal")), rows)


def _by_body(shown: "Protected", scope: Scope, bodies: Mapping[int, Body]) -> Table:
    """The body itself and each one right under it."""
    rows = []
    for part in shown.tree.parts(scope):
        answers = shown.answers[part]
        answered = Cell(None) if answers.withheld else answers.cells.get("answered", Cell(0))
        rows.append(
            (
                Printed(bodies[part[1]].name),
                printed(shown.filed[part], shown.threshold),
                printed(answered, shown.threshold),
            )
        )
    deck = _("Vem som ansvarar för avvikelserna. Jämför inte organ med varandra: talen visar hur mycket som anmäls.")
    return Table("organ", _("Organ för organ"), deck, (_("Organ"), _("Mottagna"), _("Fått svar")), tuple(rows))


def _direction(shown: "Protected", scope: Scope, principals: list[Organisation]) -> Table:
    title = _("Vem anmäler, och om vem")
    deck = _("Rader: den som anmält. Kolumner: den som anmälan gäller, den första om den gäller flera.")
    table = shown.direction[scope]
    if table.withheld:
        return Table("riktning", title, deck, (_("Anmäld av"),), (), withheld=_withheld())
    names = {str(p.pk): p.name for p in principals} | {"": _("Inte angiven")}
    used = [key for key in table.cells if isinstance(key, tuple)]
    order = list(names)
    rows = sorted({r for r, _c in used if r != TOTAL}, key=order.index)
    columns = sorted({c for _r, c in used if c != TOTAL}, key=order.index)
    most = max((table[(r, c)].value or 0 for r in rows for c in columns), default=0)

    def line(row: str, label: str, heat: int) -> tuple[Printed, ...]:
        cells = (printed(table[(row, c)], shown.threshold, heat) for c in columns)
        return (Printed(label), *cells, printed(table[(row, TOTAL)], shown.threshold))

    head = (_("Anmäld av"), *(names[c] for c in columns), _("Summa"))
    body = tuple(line(row, names[row], most) for row in rows)
    return Table("riktning", title, deck, head, body, foot=line(TOTAL, _("Summa"), 0), wide=True)


def _municipalities(shown: "Protected", scope: Scope, principals: list[Organisation]) -> Table:
    """The margins of the table of directions, so that it tells nothing that the other does not."""
    title, deck = _("Kommuner"), _("Vad varje kommun har anmält, och vad som har anmälts om den.")
    head = (_("Kommun"), _("Anmält"), _("Anmäld"))
    table = shown.direction[scope]
    if table.withheld:
        return Table("kommuner", title, deck, head, (), withheld=_withheld())
    rows = tuple(
        (Printed(place.name), *(
            printed(table.cells.get(key, Cell(0)), shown.threshold)
            for key in ((str(place.pk), TOTAL), (TOTAL, str(place.pk)))
        ))
        for place in principals
        if place.kind == Organisation.Kind.MUNICIPALITY
    )  # fmt: skip
    return Table("kommuner", title, deck, head, rows)


def _ages(shown: "Protected", scope: Scope) -> Table:
    title, deck = _("Öppna, efter ålder"), _("Hur många månader sedan de skickades in.")
    head = (_("Skickades in"), _("Öppna"))
    table = shown.ages[scope]
    if table.withheld:
        return Table("oppna", title, deck, head, (), withheld=_withheld())
    words = (
        _("Den här månaden eller förra"), _("För 2–3 månader sedan"), _("För 4–6 månader sedan"),
        _("För 7 månader sedan eller mer"),
    )  # fmt: skip
    rows = tuple(
        (Printed(word), printed(table.cells.get(f"open{first}", Cell(0)), shown.threshold))
        for (first, _last), word in zip(AGES, words, strict=True)
    )
    return Table("oppna", title, deck, head, rows)


def _withheld() -> str:
    return _("Tabellen visas inte. Så få avvikelser skulle gå att känna igen eller räkna fram.")


# ── the chart and the definitions ────────────────────────────────────────────────────────────────────────────────────
def time_series(shown: "Protected", scope: Scope, period: Period, since: date | None, today: date) -> Series | None:
    """None when the body's own total may not be told, or no month of it. `since`: the first month that was counted."""
    filed, answered = shown.filed[scope].value, shown.answers[scope].value("answered")
    if not filed or shown.months_filed[scope].withheld:
        return None
    answers = shown.months_answered[scope]
    with_answered = answered is not None and not answers.withheld
    points = tuple(
        Point(month, _of_month(shown.months_filed[scope], month), _of_month(answers, month)) for month in period.months
    )
    title = _("%(n)s avvikelser kom in") % {"n": number(filed)}
    if answered is not None:
        title = _("%(n)s avvikelser kom in, %(answered)s har fått svar") % {
            "n": number(filed),
            "answered": number(answered),
        }
    return Series(title, points, with_answered, *_pattern(points, since, today))


def _pattern(points: Sequence[Point], since: date | None, today: date) -> tuple[float | None, str]:
    """The median of the months and what the rules say, made of nothing but numbers that stand in the same chart.

    Nothing when one of them is hidden: a median beside the other months would narrow it down. The month we are in has
    not got all of its own yet, and before the first month nobody counted: neither is a low month.
    """
    if any(point.filed is None for point in points):
        return None, _("Median och mönster visas inte när någon månad är dold.")
    whole = [p.filed or 0 for p in points if p.month < today.replace(day=1) and since is not None and p.month >= since]
    if not whole:
        return None, _("För få månader för att säga något om mönster.")
    chart = runchart.run_chart(whole)
    words = [runchart.finding(chart), runchart.rule(chart)]
    if points[-1].month >= today.replace(day=1):
        words.append(_("Den pågående månaden räknas inte med."))
    words.append(_("Antal mäter anmälan, inte hur ofta något händer."))
    return chart.median, " ".join(filter(None, words))


def _of_month(table: Shown, month: date) -> int | None:
    """Nothing at all came in during a month that the tree has no counts of."""
    return None if table.withheld else table.cells.get(month.isoformat(), Cell(0)).value


def definitions(threshold: int) -> tuple[tuple[str, str], ...]:
    small = {"most": threshold - 1, "threshold": threshold}
    return (
        (_("Talen visar anmälningar, inte förekomst."), _(
            "Den som anmäler mycket har ofta en god vana att anmäla. Ställ inte kommuner eller organ mot varandra."
        )),
        (_("Avvikelse."), _(
            "Inskickad under perioden, räknad i den månad den skickades in och hos det organ som ansvarar för den nu. "
            "Utkast och återtagna ingår inte."
        )),
        (_("Första svar."), _(
            "Det första av yttrande, beslut och återkoppling. Kvittensen räknas inte. I tid är ett svar som kom "
            "senast den dag som länets tidsgräns gav när avvikelsen skickades in."
        )),
        (_("Dagar."), _("Tiderna sparas i grova steg, därför anges de som högst så många dagar.")),
        (_("Dolda tal."), _(
            "1–%(most)d visas som <%(threshold)d. Fler celler (··) döljs så att varken summor, andra tabeller eller "
            "andra organs rapporter avslöjar mer än att ett dolt tal ligger mellan 1 och %(most)d."
        ) % small),
    )  # fmt: skip
