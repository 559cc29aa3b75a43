"""Small numbers about others in a unit's own pages: hidden, as in the reports."""

from django.utils.translation import gettext as _

from deviations import clock
from orgs.models import County
from orgs.profiles.active import profile_of, version_in_force


def threshold_of(county: County) -> int:
    """From which number on the county shows one. Raises `NoProfileInForce`."""
    return profile_of(version_in_force(county, clock.today()).pk).suppression.threshold


def shown(count: int, threshold: int) -> str:
    """The number, or "färre än 5"; nothing at all is no secret."""
    return _("färre än %(threshold)d") % {"threshold": threshold} if 0 < count < threshold else str(count)
