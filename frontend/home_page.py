"""What the home page is drawn from: the starts, what one follows, and the unit's year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation, LearningReport, Measure
from deviations.reports.access import readable_reports
from deviations.workflow import State
from frontend import waiting
from frontend.context import holds
from frontend.dates import day, local_date
from frontend.rows import YOUR_TURN, rows
from frontend.waiting import Waiting
from orgs.models import County, Organisation, User
from orgs.permissions import Keys
from orgs.roles import Ability

FOLLOWED = 6
BETTER = 3
REPORTS = 3
DRAFTS = 3
YEAR_CAP = 2000


@dataclass(frozen=True)
class Line:
    """Something to go on to, with a few words beneath."""

    title: str
    beside: str
    url: str


@dataclass(frozen=True)
class Start:
    """A heading, a sentence and one button. `waiting` and `lines`: each leads on. `files`: the button begins a draft.

    `calm`: said when nothing waits, and what will stand here.
    """

    title: str
    lede: str
    action: str
    url: str
    waiting: Sequence[Waiting] = ()
    files: bool = False
    lines: Sequence[Line] = ()
    calm: str = ""


def starts(user: User, keys: Keys) -> list[Start]:
    """What waits for the person's bodies first, then for their units; those who only file get the question."""
    order: list[tuple[Ability, Callable[[User, Keys], Start | None]]] = [
        (Ability.HANDLE, _desk),
        (Ability.ANSWER, _answering),
        (Ability.FILE, _filing),
        (Ability.READ_REPORTS, _reports),
        (Ability.MANAGE_PROFILE, _administration),
    ]
    made = [make(user, keys) for ability, make in order if holds(keys, ability)]
    return [start for start in made if start is not None]


def only_reads_reports(starts: Sequence[Start]) -> bool:
    return [start.url for start in starts] == [reverse("reports")]


def _filing(user: User, keys: Keys) -> Start:
    return Start(
        _("Hände det något som inte fungerade?"),
        _(
            "Anmäl när någon annan inte gjort sin del, eller när ingen vet vems den är. "
            "Det tar ungefär en minut, och du ser hela vägen till svaret."
        ),
        _("Anmäl en avvikelse"),
        reverse("filing"),
        [*waiting.for_reporter(user, keys), *([] if holds(keys, Ability.ANSWER) else waiting.for_home(user, keys))],
        files=True,
    )


def _answering(user: User, keys: Keys) -> Start | None:
    """Only while something waits: on other days a unit's manager meets the same question as everyone there."""
    units, principals = waiting.for_units(user, keys), waiting.for_principals(user, keys)
    cases, measures = waiting.for_home(user, keys), waiting.measures_due(user, keys)
    first = next((line.url for line in (*units, *principals, *cases, *measures)), None)
    if first is None:
        return None
    actions = {reverse("adoptions"): _("Svara på besluten"), reverse("measures"): _("Öppna åtgärderna")}
    return Start(
        _("Det som väntar på er"),
        _("Någon behöver ert svar för att komma vidare."),
        actions.get(first, _("Svara nu")),
        first,
        (*units, *principals, *cases, *measures),
    )


def _desk(user: User, keys: Keys) -> Start:
    waits = waiting.for_bodies(user, keys)
    idle = not Deviation.objects.visible_to(user).submitted().exists()
    return Start(
        _("Det som väntar på er"),
        _("Nya avvikelser, yttranden som har kommit och det som ska avgöras, ordnat efter tid kvar."),
        _("Öppna arbetsbordet"),
        reverse("desk"),
        waits,
        calm=_(
            "Ingen har anmält något till er än. När det händer kommer avvikelsen hit av sig själv, och ni ser hur "
            "många dagar som är kvar. Under tiden kan ni planera årets möten."
        )
        if idle
        else "",
    )


def _reports(user: User, keys: Keys) -> Start:
    lines = [_report(report) for report in readable_reports(user)[:REPORTS]]
    return Start(
        _("Det länet har lärt sig"),
        _("Rapporter till styrande organ och nämnder: vad som brister mellan huvudmännen, och vad som blev bättre."),
        _("Läs rapporterna"),
        reverse("reports"),
        lines=lines,
        calm=""
        if lines
        else _(
            "Ingen rapport är publicerad för er än. När en grupp har fastställt sin rapport får du ett brev, och den "
            "står här. Den läses på en sida och behöver ingen handledning."
        ),
    )


def _report(report: LearningReport) -> Line:
    said = {"body": report.body.name, "day": day(report.approved_at) if report.approved_at else ""}
    return Line(
        report.title, _("%(body)s, publicerad %(day)s") % said, reverse("report_in_brief", args=[report.public_id])
    )


def _administration(user: User, keys: Keys) -> Start:
    waits = waiting.for_administrators(user, keys)
    return Start(
        _("Länets regler och behörigheter"),
        _("Profilen med organ, överenskommelser, tidsgränser och vägval, och vem som har vilken roll."),
        _("Öppna administrationen"),
        reverse("administration"),
        waits,
        lines=_to_administer(keys),
        calm="" if waits else _("Allt har öppnats i tid, och alla brev har kommit fram."),
    )


def _to_administer(keys: Keys) -> list[Line]:
    held = County.objects.filter(pk__in=keys.counties.get(Ability.MANAGE_PROFILE, frozenset()))
    lines = [Line(_("Roller"), _("Ge, ändra och avsluta behörigheter"), reverse("places"))]
    lines += [
        Line(
            _("Profilen för %(county)s") % {"county": county.name},
            _("Organ, överenskommelser, tidsgränser och vägval, med alla versioner"),
            reverse("profile_versions", args=[county.slug]),
        )
        for county in held
    ]
    return [*lines, Line(_("Register"), _("Överenskommelser och kontaktvägar"), reverse("registers"))]


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
    return {"followed": rows(listed, keys), "all_followed": waiting.capped(visible.count_capped()) if listed else ""}


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
