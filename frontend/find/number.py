"""A number that a person knows: "BL-2026-0031", "2026-31" or "31" leads straight to the page."""

from __future__ import annotations

import re

from deviations import clock
from deviations.models import Deviation
from deviations.search import NUMBER
from orgs.models import County, User

SHORT = re.compile(r"^\d{1,7}$")
YEARS_BACK = 10  # how far a number without a year is looked for


def named_by_number(user: User, typed: str) -> Deviation | None:
    """The one deviation with that number that the person may see; with a number alone the latest year's.

    None when there is none, or one in each of two counties: the list tells them apart. Every county is named in the
    question so that the index that keeps numbers unique answers it; what the person may see is `visible_to`'s alone.
    """
    typed = typed.strip()
    whole, short = NUMBER.match(typed), SHORT.match(typed)
    if whole is None and short is None:
        return None
    this_year = clock.today().year
    years = [int(whole[1])] if whole else list(range(this_year, this_year - YEARS_BACK, -1))
    number = int(whole[2] if whole else typed)
    counties = list(County.objects.values_list("pk", flat=True))
    found = Deviation.objects.visible_to(user).submitted()
    rows = list(found.filter(county__in=counties, year__in=years, number=number).order_by("-year")[:2])
    if len(rows) == 2 and rows[0].year == rows[1].year:
        return None
    return rows[0] if rows else None
