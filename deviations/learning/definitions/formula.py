"""A definition, and short ways to write the usual kinds of them.

"BL", "VL" and "JH" among the sources are the audits of Blekinge, Värmland and Jämtland Härjedalen, with their sections.
"""

from dataclasses import dataclass
from string import Formatter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
SCOPE = "scope"


@dataclass(frozen=True, slots=True)
class Formula:
    """A definition, with `id` stable for ever. The words are Swedish, for somebody who has never seen a statistic.

    `of` and `among` are templates of keys ("answer|{scope}|in_time"); a value is their sum, or with `among` the share
    in per cent. A name in a template besides "scope" is a filter that the value needs. With `spread` the value is
    instead what `of` names of it ("median", "ninety").
    """

    id: str
    name: Words
    formula: Words
    unit: Words
    population: Words
    exclusions: Words
    source: Words
    of: str = ""
    among: str = ""
    spread: str = ""
    defaults: tuple[tuple[str, str], ...] = ()

    @property
    def countable(self) -> bool:
        """Whether `value_of` can work it out; the others explain tables."""
        return bool(self.of)

    @property
    def filters(self) -> tuple[str, ...]:
        """What must be chosen besides whose numbers: ("category",)."""
        given = dict(self.defaults)
        names = (
            name for template in (self.of, self.among) for _text, name, _spec, _conv in Formatter().parse(template)
        )
        return tuple(dict.fromkeys(name for name in names if name and name != SCOPE and name not in given))


FILED = _("Avvikelser som skickades in under perioden och som organet, eller de organ det styr, ansvarar för.")
NOT_COUNTED = _("Utkast, återtagna, prov och dubbletter.")
NONE = _("Inga.")
NUMBER, PERCENT, DAYS = _("antal"), _("procent"), _("dagar")
FIVE_WAYS = _("Fem sätt att få återkoppling, A–E: det den som anmält märker.")
LAW_LEARN = _("SOSFS 2011:9, 5 kap.: utreda, sammanställa och analysera avvikelser.")
SIP_LAW = _("16 kap. 4 § hälso- och sjukvårdslagen och socialtjänstlagen; BL §4.2.2 och §4.6.")
SIP_COUNTS = _("De SIP som huvudmännen har fört in för perioden, utan uppgift om vilka personer de gäller.")
ANSWERED = _("Avvikelser som har fått ett första svar.")
MEASURES = _("Åtgärder som har bestämts i avvikelser som skickades in under perioden.")
STATEMENTS = _("Yttranden som har begärts i avvikelser som skickades in under perioden.")
MEDIAN = _(
    "Hälften tog så många dagar eller färre. Räknas på dagen upp till 60 dagar, därefter på veckan. Intervallet rymmer "
    "medianen med minst 95 procents säkerhet, räknat på ordningen och utan antaganden."
)


def count(id: str, name: Words, formula: Words, source: Words, of: str = "", population: Words = FILED) -> Formula:
    return Formula(id, name, formula, NUMBER, population, NOT_COUNTED, source, of)


def share(
    id: str, name: Words, formula: Words, source: Words, of: str, among: str = "filed|{scope}",
    population: Words = FILED, exclusions: Words = NOT_COUNTED,
) -> Formula:  # fmt: skip
    return Formula(id, name, formula, PERCENT, population, exclusions, source, of, among)


def days(id: str, name: Words, formula: Words, population: Words, spread: str, of: str = "median") -> Formula:
    exclusions = _("Det som inte har hänt än. Färre än tröskeln för små tal visas inte.")
    return Formula(id, name, formula, DAYS, population, exclusions, LAW_LEARN, of, spread=spread)


def sip(id: str, name: Words, formula: Words, source: Words, of: str, among: str = "") -> Formula:
    unit = PERCENT if among else NUMBER
    everywhere = (("municipality", "Σ"), ("target_group", "Σ"))
    return Formula(id, name, formula, unit, SIP_COUNTS, NONE, source, of, among, defaults=everywhere)
