"""The profile in force: read by version, parsed once per process (a stored version never changes)."""

from datetime import date
from functools import lru_cache

from orgs.models import County, ProfileVersion
from orgs.profiles.schema import Profile


class NoProfileInForce(LookupError):
    """The county has no profile that is active on the day."""


def version_in_force(county: County, on: date) -> ProfileVersion:
    """The newest version whose first day has come. Raises `NoProfileInForce`."""
    version = (
        ProfileVersion.objects.filter(county=county, active_from__lte=on)
        .defer("source", "document")
        .order_by("-active_from", "-number")
        .first()
    )
    if version is None:
        raise NoProfileInForce(f"{county} {on}")
    return version


def profile_of(version_id: int) -> Profile:
    """The parsed profile of a stored version."""
    return _parsed(version_id)


@lru_cache(maxsize=64)
def _parsed(version_id: int) -> Profile:
    return Profile.model_validate(ProfileVersion.objects.values_list("document", flat=True).get(pk=version_id))
