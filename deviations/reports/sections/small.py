"""The short sections: how many, the author's comment, SIP as the yearly report asks for it, and patient safety."""

from django.utils.translation import gettext as _

from deviations.learning.counts import Cell as Count
from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Figure, Figures, Section, Table, Text
from deviations.reports.printing import cell, number, percent, plain, small_note, text
from deviations.reports.sections.breakdown import broken_down, says_something

SIP = ("new", "conducted", "individuals")
HARMED = ("risk", "near_miss", "event")


def how_many(basis: Basis) -> Section:
    """Antal brister och avvikelser (Region Blekinge, granskning 2022, 4.2.2)."""
    filed, threshold = basis.count("filed"), basis.numbers.threshold
    before = basis.last_year("filed").value
    beside = "" if before is None else _("%(n)s året före") % {"n": number(before)}
    figures = Figures(
        id="number",
        figures=(
            Figure(label=_("Brister och avvikelser"), cell=cell(filed, threshold), beside=beside, measure="filed"),
            Figure(label=_("Tillfällen"), cell=cell(basis.count("times"), threshold), measure="times"),
        ),
    )
    title = _("Antal brister och avvikelser")
    if filed.value is not None:
        title = _("%(n)s brister och avvikelser") % {"n": number(filed.value)}
    return Section(
        id="number", title=title, deck=_("Antal mäter anmälan, inte hur ofta något händer."),
        blocks=(figures, broken_down(basis, "category")),
    )  # fmt: skip


def comment(basis: Basis) -> Section | None:
    words = [part.strip() for part in str(basis.text.get("comment", "")).splitlines() if part.strip()]
    if not words:
        return None
    return Section(
        id="comment", title=_("Kommentar"), blocks=(Text(id="comment", paragraphs=tuple(words), author=True),)
    )


# ── SIP, new and conducted, per enskild samt totalt ──────────────────────────────────────────────────────────────────
def sip_year(basis: Basis) -> Section:
    """For the body's own target groups; for a body without any, all of them. Per municipality and in total."""
    groups = [group.id for group in basis.profile.target_groups if group.id in _groups_of(basis)]
    wanted = groups or ["Σ"]
    title = _("SIP: nya och genomförda, per enskild samt totalt")
    rows = [(name, [_sip(basis, key, wanted, what) for what in SIP]) for key, name in _municipalities(basis)]
    rows = [(name, counts) for name, counts in rows if any(count.value != 0 for count in counts)]
    total = [_sip(basis, "Σ", wanted, what) for what in SIP]
    threshold = basis.numbers.threshold
    lines = tuple((text(name), *(cell(count, threshold) for count in counts)) for name, counts in rows)
    table = Table(
        id="sip_year", title=title, measures=("sip_new", "sip_conducted", "sip_individuals"),
        head=(_("Kommun"), _("Nya"), _("Genomförda möten"), _("Enskilda")), rows=lines,
        foot=(text(_("Totalt")), *(cell(count, threshold) for count in total)), note=_note(lines, total, threshold),
    )  # fmt: skip
    return Section(id="sip_year", title=_sip_title(total), deck=_("Bara antal, aldrig vem."), blocks=(table,))


def _groups_of(basis: Basis) -> tuple[str, ...]:
    try:
        return basis.profile.body(basis.body.key).target_groups
    except KeyError:
        return ()


def _municipalities(basis: Basis) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in basis.profile.principals if one.kind == "municipality"]


def _sip(basis: Basis, municipality: str, groups: list[str], what: str) -> Count:
    """Over several groups only when every one is told: a sum with a hidden part is hidden."""
    counts = [basis.numbers["|".join(("sip", municipality, group, what))] for group in groups]
    if len(counts) == 1:
        return counts[0]
    told = [count.value for count in counts if count.value is not None]
    return Count(sum(told)) if len(told) == len(counts) else Count(None)


def _sip_title(total: list[Count]) -> str:
    new, conducted, _individuals = total
    if new.value is None or conducted.value is None:
        return _("SIP: nya och genomförda")
    if not new.value and not conducted.value:
        return _("Inga SIP är inlagda")
    return _("%(new)s nya SIP, %(held)s genomförda möten") % {
        "new": number(new.value),
        "held": number(conducted.value),
    }


def _note(lines: tuple[tuple[Cell, ...], ...], total: list[Count], threshold: int) -> str:
    hides = any(one.mark == "hidden" for row in lines for one in row) or any(c.value is None for c in total)
    if hides:
        return small_note(threshold)
    return "" if lines else _("Ingen kommun har lagt in några SIP för perioden.")


# ── patient safety: counts only (D08, D09) ───────────────────────────────────────────────────────────────────────────
def safety(basis: Basis) -> Section:
    """Counts for the yearly account of patient safety. What is serious goes to its principal's own process."""
    filed = basis.count("filed")
    harmed = [basis.count("kind", kind) for kind in HARMED]
    told = [count.value for count in harmed if count.value is not None]
    title = _("Avvikelser i samverkan av betydelse för patientsäkerheten")
    if len(told) == len(harmed) and filed.value:
        title = _("%(n)s av %(all)s gällde en risk, ett tillbud eller en händelse") % {
            "n": number(sum(told)), "all": number(filed.value),
        }  # fmt: skip
    blocks = [
        broken_down(basis, "kind"),
        *([_repeated(basis)] if basis.tells("problem") else []),
        *([broken_down(basis, "care_level")] if says_something(basis, "care_level") else []),
    ]  # fmt: skip
    return Section(
        id="safety", title=title, blocks=tuple(blocks),
        deck=_("Bara antal. Det som kan vara en allvarlig vårdskada utreds av den huvudman det gäller, i dess eget "
               "system."),
    )  # fmt: skip


def _repeated(basis: Basis) -> Table:
    """What came back: the areas of the responsibility matrix with at least ten."""
    counts = {key: count.value for key, count in basis.rows("problem").items() if count.value}
    names = {area.id: area.name for area in basis.profile.responsibility.areas}
    filed = basis.count("filed").value
    rows = tuple(
        (text(names[key]), plain(value), percent(value, filed))
        for key, value in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        if value >= 2 * basis.numbers.threshold and key in names
    )
    return Table(
        id="repeated", title=_("Återkommande områden"), measures=("problem",),
        head=(_("Område"), _("Antal"), _("Andel")), rows=rows,
        note=_("Minst %(n)d under perioden.") % {"n": 2 * basis.numbers.threshold},
    )  # fmt: skip
