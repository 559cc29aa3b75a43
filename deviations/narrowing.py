"""Conditions that lists are narrowed by, on the pages and in the API: plain field conditions, as `newest` wants."""

from collections.abc import Mapping

from django.db.models import Q

RISKS: Mapping[str, tuple[int, int]] = {"high": (8, 16), "medium": (3, 7), "low": (1, 2)}
"""As the word for a risk is chosen: severity times likelihood from and to."""
FLAGS = (
    "agreement_expired", "recurring", "conflict_of_interest", "dispute_offered", "hotspot_theme", "private_provider",
    "solved_locally",
)  # fmt: skip
"""Those that one looks for; see `deviations.flags` for all and why each is raised."""


def of_category(code: str) -> Q:
    """ "sip" includes "sip/not_initiated"."""
    return Q(category=code) | Q(category__startswith=f"{code}/")


def of_risk(name: str) -> Q:
    """One of `RISKS`, or "none" for those never estimated. Raises ValueError for anything else."""
    if name == "none":
        return Q(severity__isnull=True)
    if name not in RISKS:
        raise ValueError(name)
    low, high = RISKS[name]
    found = Q()
    for severity in range(1, 5):
        if fitting := [n for n in range(1, 5) if low <= severity * n <= high]:
            found |= Q(severity=severity, likelihood__in=fitting)
    return found


def flagged(flag: str) -> Q:
    """Raises ValueError for a flag that is not looked for."""
    if flag not in FLAGS:
        raise ValueError(flag)
    return Q(flags__icontains=f'"{flag}"')  # a list in JSON: asked the same way of both engines
