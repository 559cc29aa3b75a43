"""How the figures are made, and that every copy shows the same. The measures' own definitions are the content's."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from deviations.reports.basis import Basis
from deviations.reports.content import Section, Text


def definitions(basis: Basis) -> Section:
    taken = _("Räknat på det som var inlagt %(when)s.") % {
        "when": date_format(localtime(basis.cut_off), "j F Y, \\k\\l. H.i")
    }
    return Section(
        id="definitions",
        title=_("Så är siffrorna gjorda"),
        deck=_("Varje nämnds exemplar visar samma tal."),
        columns=True,
        blocks=(
            _about(
                "reporting", _("Talen visar anmälningar, inte förekomst"),
                _("Den som anmäler mycket har ofta en god vana att anmäla. Ställ inte kommuner eller organ mot "
                  "varandra."),
            ),
            _about(
                "deviation", _("Avvikelse"),
                _("Inskickad under perioden, räknad i den månad den skickades in och hos det organ som ansvarar för "
                  "den. Utkast, återtagna, prov och dubbletter ingår inte."),
                taken,
            ),
            _about(
                "answer", _("Första svar"),
                _("Det första av yttrande, beslut och återkoppling. Kvittensen räknas inte. Ett svar i tid kom senast "
                  "den dag som länets tidsgräns gav när avvikelsen skickades in."),
            ),
            _about("hidden", _("Dolda tal"), _hidden(basis)),
        ),
    )  # fmt: skip


def _about(id: str, title: str, *paragraphs: str) -> Text:
    return Text(id=f"about.{id}", title=title, paragraphs=paragraphs)


def _hidden(basis: Basis) -> str:
    """Why some are, and how much is told all the same."""
    most = basis.numbers.threshold - 1
    return _(
        "1–%(most)d visas som <%(n)d. Fler celler (··) döljs så att varken summor, andra tabeller eller andra organs "
        "rapporter avslöjar mer än att ett dolt tal ligger mellan 1 och %(most)d. %(kept)s av alla celler visas."
    ) % {"most": most, "n": basis.numbers.threshold, "kept": f"{100 * basis.numbers.kept:.0f}\u00a0%"}
