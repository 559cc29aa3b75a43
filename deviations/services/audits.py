"""The register of audits: who answers, how far each recommendation has come, and what shows it (J01, J02, J04).

Audits are public: everyone who reads anything in the county reads the register, board readers too. Those who coordinate
or chair a body that steers others write in it, also the answers of boards that have no place of their own in Samsyn.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.audits import checks
from deviations.audits.checks import Audited, Claim, Finding, Judged, Recommended
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import (
    ActionPlan,
    Activity,
    Audit,
    ProcessMeasure,
    Recommendation,
    RecommendationReply,
    RecommendationStatus,
)
from deviations.services.form import guard, require
from deviations.services.process import steering_home
from orgs.models import Body, County, Organisation, User
from orgs.permissions import Denied, keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability

READS = (Ability.READ, Ability.READ_REPORTS)


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def counties_read(user: User) -> models.QuerySet[County]:
    """Where the person reads deviations or reports, in a body, a unit or a board."""
    keys = keys_of(user)
    bodies = frozenset().union(*(keys.bodies.get(ability, frozenset()) for ability in READS))
    places = frozenset().union(
        *(held.get(ability, frozenset()) for ability in READS for held in (keys.organisations, keys.principals))
    )
    of_bodies = Body.objects.filter(pk__in=bodies).values("county")
    of_places = Organisation.objects.filter(pk__in=places).values("county")
    return County.objects.filter(Q(pk__in=of_bodies) | Q(pk__in=of_places)).order_by("name")


def readable_recommendations(user: User) -> models.QuerySet[Recommendation]:
    """With audit, replies and statuses: as many statements however many there are."""
    return (
        Recommendation.objects.filter(audit__county__in=counties_read(user))
        .select_related("audit__county", "body")
        .prefetch_related(
            Prefetch("replies", RecommendationReply.objects.select_related("principal").order_by("pk")),
            Prefetch("statuses", RecommendationStatus.objects.order_by("judged_on", "pk")),
        )
        .order_by("-audit__year", "audit__title", "pk")
    )


def may_follow_up(user: User, county: County) -> bool | Denied:
    """Whether the person may write in the county's register."""
    handled = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    held = bool(handled) and Body.objects.filter(pk__in=handled, county=county, steered__isnull=False).exists()
    return held or Denied(_("Bara samordnaren och ordföranden i ett styrande organ kan skriva i registret."))


def require_follow_up(user: User, county: County) -> None:
    """Raises `NotYours`."""
    if isinstance(allowed := may_follow_up(user, county), Denied):
        raise NotYours(allowed.reason)


def _begun(recommendation: Recommendation, by: User) -> Recommendation:
    """Locked. Raises NotYours."""
    found = (
        Recommendation.objects.select_for_update(of=("self",))
        .select_related("audit__county", "body")
        .get(pk=recommendation.pk)
    )
    require_follow_up(by, found.audit.county)
    return found


def _told(recommendation: Recommendation, step: str, *, by: User, **data: object) -> None:
    """In the diary of the body that follows it up, else of the county's steering body."""
    body = recommendation.body or steering_home(recommendation.audit.county)
    title = f"{recommendation.audit.title} {recommendation.audit.year}, {recommendation.number}"
    enter(body, step, by=by, data={"recommendation": str(recommendation.public_id), "title": title, **data})


# ── answers and statuses ─────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def add_addressee(
    recommendation: Recommendation, *, addressee: str, principal: Organisation | None = None, by: User
) -> RecommendationReply:
    """One more board that answers for itself."""
    recommendation = _begun(recommendation, by)
    require("addressee", addressee, _("Skriv vilken nämnd eller styrelse det är."))
    if principal is not None and principal.county_id != recommendation.audit.county_id:
        raise Invalid({"principal": [("unknown", _("Välj en huvudman i länet."))]})
    named = {reply.addressee.casefold() for reply in recommendation.replies.all()}
    if addressee.strip().casefold() in named:
        raise Invalid({"addressee": [("twice", _("Den nämnden finns redan med."))]})
    made = RecommendationReply.objects.create(
        recommendation=recommendation, addressee=addressee.strip(), principal=principal, by=by
    )
    _told(recommendation, "add_addressee", by=by, addressee=made.addressee)
    return made


@transaction.atomic
def record_reply(
    answer: RecommendationReply, *, reply: str, replied_on: date | None = None, evidence: str = "", by: User
) -> RecommendationReply:
    """What one board has answered, today when no day is given. Written again it is corrected: the diary keeps both."""
    _begun(answer.recommendation, by)
    answer = RecommendationReply.objects.select_for_update(of=("self",)).select_related("recommendation__audit").get(
        pk=answer.pk
    )  # fmt: skip
    require("reply", reply, _("Skriv vad nämnden har svarat, med en mening."))
    guard("evidence", evidence)
    if replied_on is not None and replied_on > clock.today():
        raise Invalid({"replied_on": [("future", _("Dagen har inte varit än."))]})
    answer.reply, answer.evidence, answer.by = reply, evidence, by
    answer.replied_on = replied_on or clock.today()
    answer.save(update_fields=["reply", "evidence", "replied_on", "by"])
    day = answer.replied_on.isoformat()
    _told(answer.recommendation, "record_reply", by=by, addressee=answer.addressee, reply=reply, replied_on=day)
    return answer


@transaction.atomic
def set_status(
    recommendation: Recommendation, *, status: str, evidence: str, evaluation: str = "", judged_on: date | None = None,
    by: User,
) -> RecommendationStatus:  # fmt: skip
    """How far it has come, with what shows it. Added to the earlier ones, which nobody changes.

    Something is done when its effect has been evaluated: without `evaluation` the register says so beside it (I02).
    """
    recommendation = _begun(recommendation, by)
    if status not in RecommendationStatus.Status.values:
        raise Invalid({"status": [("unknown", _("Välj hur långt den har kommit."))]})
    require("evidence", evidence, _("Skriv vad som visar det: beslut, diarienummer eller var det står."))
    guard("evaluation", evaluation)
    on, today = judged_on or clock.today(), clock.today()
    if on > today:
        raise Invalid({"judged_on": [("future", _("Dagen har inte varit än."))]})
    newest = recommendation.statuses.order_by("judged_on", "pk").last()
    if newest is not None and on < newest.judged_on:
        raise WrongState(_("Det finns en senare bedömning. Läget skrivs i den ordning det bedömdes."))
    made = RecommendationStatus.objects.create(
        recommendation=recommendation, status=status, evidence=evidence, evaluation=evaluation, judged_on=on,
        at=clock.now(), by=by,
    )  # fmt: skip
    _told(recommendation, "set_status", by=by, status=status, evidence=evidence)
    return made


@transaction.atomic
def link(
    recommendation: Recommendation, *, measures: Iterable[ProcessMeasure] = (), activities: Iterable[Activity] = (),
    categories: Sequence[str] = (), by: User,
) -> Recommendation:  # fmt: skip
    """What it is tied to: the numbers that show it, the activities that do it, the deviations that are about it (J04).

    All of them at once: what is left out is untied.
    """
    recommendation = _begun(recommendation, by)
    county = recommendation.audit.county
    numbers, doing = list(measures), list(activities)
    known = {category.code for category in profile_of(version_in_force(county, clock.today()).pk).categories}
    faults: dict[str, list[tuple[str, str]]] = {}
    if any(measure.body.county_id != county.pk for measure in numbers):
        faults["measures"] = [("unknown", _("Välj mått i länet."))]
    draft = ActionPlan.Status.DRAFT
    if any(activity.plan.body.county_id != county.pk or activity.plan.status == draft for activity in doing):
        faults["activities"] = [("unknown", _("Välj aktiviteter i länets antagna planer."))]
    if set(categories) - known:
        faults["categories"] = [("unknown", _("Välj bland länets kategorier."))]
    if faults:
        raise Invalid(faults)
    recommendation.categories = sorted(set(categories))
    recommendation.save(update_fields=["categories"])
    recommendation.measures.set(numbers)
    recommendation.activities.set(doing)
    names = [*(measure.name for measure in numbers), *(activity.title for activity in doing), *categories]
    _told(recommendation, "link_recommendation", by=by, to=names)
    return recommendation


# ── what stands now, and what does not agree ─────────────────────────────────────────────────────────────────────────
def status_now(recommendation: Recommendation) -> RecommendationStatus | None:
    """The newest. Reads `statuses` (prefetched in order by `readable_recommendations`)."""
    return max(recommendation.statuses.all(), key=lambda status: (status.judged_on, status.pk), default=None)


def findings_of(audit: Audit, recommendations: Iterable[Recommendation]) -> list[Finding]:
    """What the register's own checks find in one audit (J03). Reads `replies` and `statuses` of each."""
    claims = tuple(Claim(claim["where"], claim["about"], claim["says"]) for claim in audit.claims)
    facts = tuple(_facts(each) for each in recommendations)
    return checks.findings(Audited(claims, facts), today=clock.today())


def _facts(each: Recommendation) -> Recommended:
    statuses = sorted(each.statuses.all(), key=lambda status: (status.judged_on, status.pk))
    return Recommended(
        number=each.number,
        first_given_year=each.first_given_year,
        reply_due_on=each.reply_due_on,
        said=tuple((s.said_in, s.status) for s in statuses if s.said_in and s.by_id is None),
        judged=tuple(Judged(s.status, s.evidence, s.evaluation) for s in statuses if s.by_id is not None),
        replies=tuple((reply.addressee, bool(reply.reply or reply.replied_on)) for reply in each.replies.all()),
    )
