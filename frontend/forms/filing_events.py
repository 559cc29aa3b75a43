"""The four common events of the start page, and what each fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deviations import clock
from deviations.models import Deviation
from deviations.services.form import Filing
from orgs.profiles.schema import Profile


@dataclass(frozen=True)
class CommonEvent:
    """`category` is left out where the county's profile has none by that code. `opening` begins the story, for the
    writer to add to."""

    title: str | Promise
    beside: str | Promise
    category: str = ""
    kind: str = Deviation.Kind.EVENT
    solved_on_the_spot: bool = False
    opening: str | Promise = ""

    def fill_in(self, filing: Filing, profile: Profile) -> Filing:
        known = {category.code for category in profile.categories if not category.retired}
        return replace(
            filing,
            happened=str(self.opening),
            category=self.category if self.category in known else "",
            kind=self.kind,
            solved_on_the_spot=self.solved_on_the_spot,
            occurred_on=clock.today(),
        )


EVENTS: Mapping[str, CommonEvent] = {
    "sip": CommonEvent(
        _("En part kom inte till SIP"),
        _("Slaget fylls i, du berättar resten"),
        category="sip/called_party_absent",
        opening="En part som var kallad kom inte till SIP-mötet.",
    ),
    "telefon": CommonEvent(
        _("Telefonlinjen svarade inte"),
        _("Slag och dag fylls i"),
        category="contact/phone_line",
        opening="Vi ringde, men telefonlinjen svarade inte.",
    ),
    "lost-pa-plats": CommonEvent(
        _("Löst på plats"), _("Ni redde ut det själva, men det räknas ändå"), solved_on_the_spot=True
    ),
    "gott-exempel": CommonEvent(
        _("Gott exempel"),
        _("När det gick så som det alltid borde"),
        category="good_example",
        kind=Deviation.Kind.GOOD_EXAMPLE,
    ),
}


def openings() -> set[str]:
    """The sentences that a draft may begin with, in the reader's language."""
    return {str(event.opening) for event in EVENTS.values() if event.opening}
