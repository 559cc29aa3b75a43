"""What the home page is drawn from: the starts, what one follows, and the unit's year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation, Measure
from deviations.services import escalating
from deviations.services.duties import late_for
from deviations.visible import COUNT_CAP
from deviations.workflow import OPEN, State
from frontend.context import holds
from frontend.dates import local_date
from frontend.rows import YOUR_TURN, rows
from orgs.models import Organisation, User
from orgs.permissions import Keys
from orgs.roles import Ability

FOLLOWED = 6
BETTER = 3
YEAR_CAP = 2000


@dataclass(frozen=True)
class Start:
    """A heading, a sentence and one button. `facts`: how many of what, in words. `files`: its button begins a draft."""

    title: str
    lede: str
    action: str
    url: str
    facts: tuple[tuple[str, str], ...] = ()
    files: bool = False


def starts(user: User, keys: Keys) -> list[Start]:
    """Those who only file get the question; those who handle get their desk first and may still file."""
    order: list[tuple[Ability, Callable[[User, Keys], Start]]] = [
        (Ability.HANDLE, _desk),
        (Ability.FILE, _filing),
        (Ability.READ_REPORTS, _reports),
        (Ability.MANAGE_PROFILE, _administration),
    ]
    return [make(user, keys) for ability, make in order if holds(keys, ability)]


def _filing(user: User, keys: Keys) -> Start:
    return Start(
        _("Hände det något som inte fungerade?"),
        _(
            "Anmäl när någon annan inte gjort sin del, eller när ingen vet vems den är. "
            "Det tar ungefär en minut, och du ser hela vägen till svaret."
        ),
        _("Anmäl en avvikelse"),
        reverse("filing"),
        files=True,
    )


def _desk(user: User, keys: Keys) -> Start:
    visible = Deviation.objects.visible_to(user)
    yours = Q(accountable_body__in=keys.bodies.get(Ability.HANDLE, frozenset()))
    new = visible.count_capped(where=yours & Q(state=State.SUBMITTED))
    late = visible.count_capped(
        where=yours & Q(state__in=OPEN, fed_back_at__isnull=True, answer_due_on__lt=clock.today())
    )
    facts = [(_("Nya att ta emot"), _capped(new)), (_("Svaret är försenat"), _capped(late))]
    if lifted := escalating.waiting_for(user).count():
        facts.append((_("Lyft till er"), str(lifted)))
    if duties := late_for(user).count():
        facts.append((_("Försenat i årshjulet"), str(duties)))
    return Start(
        _("Det som väntar på er"),
        _("Nya avvikelser, yttranden som har kommit och det som ska avgöras, ordnat efter tid kvar."),
        _("Öppna arbetsbordet"),
        reverse("desk"),
        tuple(facts),
    )


def _reports(user: User, keys: Keys) -> Start:
    return Start(
        _("Det länet har lärt sig"),
        _("Rapporter till styrande organ och nämnder: vad som brister mellan huvudmännen, och vad som blev bättre."),
        _("Läs rapporterna"),
        reverse("reports"),
    )


def _administration(user: User, keys: Keys) -> Start:
    return Start(
        _("Länets regler och behörigheter"),
        _("Profilen med organ, överenskommelser, tidsgränser och vägval, och vem som har vilken roll."),
        _("Öppna administrationen"),
        reverse("administration"),
    )


def _capped(count: int) -> str:
    return _("fler än 1 000") if count >= COUNT_CAP else str(count)


def followed(user: User, keys: Keys) -> dict[str, Any]:
    """The newest that one may see, one's own turn first."""
    visible = Deviation.objects.visible_to(user)
    own = (
        visible.submitted()
        .filter(YOUR_TURN, filed_by=user)
        .select_related("reporting_unit", "receiving_unit", "merged_into")
    )
    turn = list(own.order_by("-pk")[:FOLLOWED])
    newest = visible.newest(where=~Q(state=State.WITHDRAWN), size=FOLLOWED).rows
    known = {deviation.pk for deviation in turn}
    listed = [*turn, *(deviation for deviation in newest if deviation.pk not in known)][:FOLLOWED]
    return {"followed": rows(listed, keys), "all_followed": _capped(visible.count_capped()) if listed else ""}


def this_year(user: User, unit: Organisation | None) -> dict[str, Any] | None:
    """What the unit has filed this year, as far as the person may see it: filed, answered in how many days, measures.

    None without a unit, or for a whole principal: that is what the reports are for.
    """
    if unit is None or unit.is_principal:
        return None
    proposed = Measure.objects.filter(deviation=OuterRef("pk"))
    filed = (
        Deviation.objects.visible_to(user)
        .filter(reporting_unit=unit, year=clock.today().year)
        .exclude(state=State.WITHDRAWN)
        .values_list("filed_at", "fed_back_at", Exists(proposed))[:YEAR_CAP]
    )
    found = list(filed)
    days = [(local_date(answered) - local_date(sent)).days for sent, answered, _measure in found if answered and sent]
    return {
        "filed": len(found),
        "answered": len(days),
        "days": round(median(days)) if days else None,
        "measures": sum(measure for _sent, _answered, measure in found),
    }
