"""The sheet for the workplace meeting as a body sends it out: what came back, and three questions to talk about (C03).

A unit's own sheet, with what it has reported itself, is `deviations.units.apt`; the questions are the same there.
"""

from django.utils.translation import gettext as _

from deviations.reports.basis import Basis
from deviations.reports.content import Figure, Figures, Line, Lines, Section
from deviations.reports.printing import cell
from deviations.units.apt import questions

AT_MOST = 6  # questions of the author's own; more do not fit


def apt(basis: Basis) -> Section:
    """The author's questions, or Samsyn's three."""
    threshold = basis.numbers.threshold
    figures = Figures(
        id="apt",
        figures=(
            Figure(label=_("Anmälda"), cell=cell(basis.count("filed"), threshold), measure="filed"),
            Figure(label=_("Har fått svar"), cell=cell(basis.count("mode", "D", "yes"), threshold), measure="mode_d"),
        ),
    )
    own = [line.strip() for line in str(basis.text.get("talk", "")).splitlines() if line.strip()][:AT_MOST]
    asked = own or questions(_most(basis), case=True)
    return Section(
        id="apt",
        title=_("Att prata om"),
        deck=_("Tre frågor räcker. Det viktigaste är att någon gör något annorlunda i morgon."),
        blocks=(
            figures,
            Lines(id="talk", title=_("Frågor till mötet"), numbered=True, lines=tuple(Line(text=one) for one in asked)),
        ),
    )


def _most(basis: Basis) -> str:
    """The kind that was filed most, of those that may be told; "" when none may."""
    rows = {row: count.value for row, count in basis.rows("category").items() if count.value}
    if not rows or not basis.tells("category"):
        return ""
    most = min(rows, key=lambda row: (-(rows[row] or 0), row))
    return basis.name("category", most)
