"""Last year's reports: two that are approved and sent, for their readers, and one that is begun and late (D03, D04)."""

from datetime import UTC, datetime, timedelta

from deviations import clock
from deviations.demo.people import Cast
from deviations.learning.period import of_year
from deviations.models import LearningReport
from deviations.reports import making
from deviations.reports.decided import offered
from deviations.services import learning_reports
from deviations.services.process_values import count_due
from orgs.models import Body, County

COUNTY = "blekinge"
STEERING, GROUP, LATE_GROUP = "lsvo", "sg_vuxna", "sg_barn_unga"
SUMMARY = (
    "Det som återkommer är att en kallad part inte kommer till SIP-mötet och att remisser går tillbaka utan att någon "
    "tar ansvar. Talen visar vad som har anmälts, inte hur ofta det händer."
)
ASKS = (
    "Ersätt länsavtalet, som fortfarande åberopas fast det har gått ut.\n"
    "Låt LSVO besluta om tillfälligt ansvar när parter tvistar.\n"
    "Säkra att varje samverkansgrupp har en samordnare."
)
COMMENT = "Gruppen har arbetat med kallelser till SIP och med vem som tar emot när en remiss återsänds."
TEXTS = {"steering_year": {"summary": SUMMARY, "asks": ASKS}, "group_year": {"comment": COMMENT}}
DECIDED = {
    "funktionsadressen": "Bevakad adress för kallelser till SIP.",
    "utskrivning": "Besked om utskrivning senast dagen före hemgång.",
    "översynen": "Överenskommelsen ses över.",
    "mallen": "Gemensam mall för remisser.",
}
"""Of a decision with that word, what the report calls it."""


def tell_reports(counties: list[County], cast: Cast) -> None:
    """Counted on the second day of February and approved four days later; before that day, at once."""
    bodies = {
        body.key: body for body in Body.objects.filter(county__slug=COUNTY).select_related("county", "steering_body")
    }
    today = clock.today()
    counted_at = min(datetime(today.year, 2, 2, 7, tzinfo=UTC), clock.now())
    with clock.at(counted_at):
        wanted = ((STEERING, "steering_year"), (GROUP, "group_year"))
        approved = [begin(bodies[key], template, cast) for key, template in wanted]
        begin(bodies[LATE_GROUP], "group_year", cast)
        making.make_due()
        count_due()
    with clock.at(min(counted_at + timedelta(days=4), clock.now())):
        for report in approved:
            learning_reports.approve(report, by=cast.coordinators[report.body_id])


def begin(body: Body, template: str, cast: Cast) -> LearningReport:
    by = cast.coordinators[body.pk]
    period = of_year(clock.today().year - 1)
    report = learning_reports.begin_report(body, template=template, period=period, by=by)
    oldest_first = reversed(offered(body, period))
    named = {lead: one.of for one in oldest_first for word, lead in DECIDED.items() if word in one.title}
    decided = [{"of": of, "lead": lead} for lead, of in named.items()][:3]
    return learning_reports.write_text(report, title=report.title, text={**TEXTS[template], "decided": decided}, by=by)
