"""Who reads which report, and who sees a body's numbers as they are now. Neither opens a deviation (H04, D05).

READ_REPORTS reads what has been published: of the body where it is held, and what is addressed to that body or, held
on a principal, to that principal's boards. EXPLORE sees numbers that nobody has approved yet, of the body where it is
held and of those it steers. Nothing else decides who may see a report, its charts, its files or its numbers.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from deviations.models import LearningReport, ReportCopy
from orgs.models import Body
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability

PUBLISHED = (LearningReport.Status.APPROVED, LearningReport.Status.REPLACED)
NUMBERS = ("snapshot__counts", "snapshot__shown", "snapshot__definitions")
"""What a list of reports does not read of each one's snapshot: the numbers of a whole county."""
Reader = AbstractBaseUser | AnonymousUser


def readable_reports(user: Reader) -> QuerySet[LearningReport]:
    """Newest period first and, of one report, its newest revision first. A replaced one stays: boards registered it."""
    keys = keys_of(user)
    mine = _copies(keys).filter(report=OuterRef("pk"))
    own = Q(body__in=keys.bodies.get(Ability.READ_REPORTS, frozenset()))
    return (
        LearningReport.objects.filter(own | Exists(mine), status__in=PUBLISHED)
        .select_related("body__county", "snapshot")
        .defer(*NUMBERS)
        .order_by("-last_month", "-first_month", "body__level", "body__name", "template", "-revision", "-pk")
    )


def copies_to(user: Reader) -> QuerySet[ReportCopy]:
    """The copies that are addressed to the person's own body or principal, whichever report they are of."""
    return _copies(keys_of(user))


def _copies(keys: Keys) -> QuerySet[ReportCopy]:
    held = keys.bodies.get(Ability.READ_REPORTS, frozenset())
    boards = keys.principals.get(Ability.READ_REPORTS, frozenset())
    return ReportCopy.objects.filter(Q(to_body__in=held) | Q(to_principal__in=boards)).order_by("pk")


def published_bodies(user: Reader) -> list[Body]:
    """Whose reports the person reads, or will when there are any. Those above first. One statement besides the keys."""
    held = keys_of(user).bodies.get(Ability.READ_REPORTS, frozenset())
    sent = readable_reports(user).order_by().values("body")
    found = Body.objects.filter(Q(pk__in=held) | Q(pk__in=sent)).select_related("county")
    return list(found.order_by("county", "level", "name"))


def explorable_bodies(user: Reader) -> list[Body]:
    """Those above before those they steer, county by county. One statement besides the person's keys."""
    held = keys_of(user).bodies.get(Ability.EXPLORE, frozenset())
    if not held:
        return []
    bodies = list(
        Body.objects.filter(county__bodies__in=held)
        .select_related("county")
        .order_by("county", "level", "name")
        .distinct()
    )
    above = {body.pk: body.steering_body_id for body in bodies}
    return [body for body in bodies if held & _upwards(body.pk, above)]


def _upwards(body: int, above: dict[int, int | None]) -> set[int]:
    """The body and those above it."""
    found: set[int] = set()
    at: int | None = body
    while at is not None and at not in found:
        found.add(at)
        at = above.get(at)
    return found
