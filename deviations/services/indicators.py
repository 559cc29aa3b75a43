"""A county's indicators, as its profile has them, followed by the body that steers most others (H01).

The profile gives a measure its name, its first target and what the law promises. From then on the body decides about
its own targets, with a reason in its diary; a later version of the profile changes no target, but what it no longer has
ends.
"""

import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import ProcessMeasure
from deviations.services.process import Span, can_count, put_value, steering_home, unit_of
from orgs.models import County
from orgs.profiles.references import Fault
from orgs.profiles.schema import Indicator, Profile

_SHARE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*%\s*$")
_EVERYONE = re.compile(r"\s*alla\b", re.IGNORECASE)
FROM_PROFILE = "Länets profil"


@transaction.atomic
def follow_indicators(county: County, profile: Profile) -> int:
    """Bring the measures in step with the profile in force; returns how many were begun or ended.

    The stored version of the profile is the record of it: it stands in no diary.
    """
    rows = {row.key: row for row in ProcessMeasure.objects.filter(body__county=county, from_profile=True)}
    changed = 0
    for indicator in profile.indicators:
        row = rows.pop(indicator.id, None)
        changed += row is None
        _follow(county, indicator, row)
    for row in rows.values():
        if row.ended_on is None:
            row.ended_on = clock.today()
            row.save(update_fields=["ended_on"])
            changed += 1
    return changed


def _follow(county: County, indicator: Indicator, row: ProcessMeasure | None) -> None:
    said = {"name": indicator.name, "kind": indicator.kind, "note": indicator.note or "", "ended_on": None}
    if row is None:
        measure = ProcessMeasure.objects.create(
            body=steering_home(county), key=indicator.id, from_profile=True, formula=indicator.formula or "",
            target=share_in(indicator.target), statutory_limit=share_in(indicator.guarantee),
            guarantee=indicator.guarantee or "", unit=unit_of(indicator.formula), **said,
        )  # fmt: skip
        _tell_outcomes(measure, indicator)
    elif any(getattr(row, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(row, name, value)
        row.save(update_fields=list(said))


def _tell_outcomes(measure: ProcessMeasure, indicator: Indicator) -> None:
    """What the profile knows of years that have been."""
    for year, outcome in indicator.outcomes.items():
        if year.isdecimal() and (value := share_in(outcome)) is not None:
            span = Span(date(int(year), 1, 1), date(int(year), 12, 1))
            put_value(measure, span, by=None, value=value, source=FROM_PROFILE)


def uncounted(profile: Profile) -> list[str]:
    """A sentence for each indicator whose formula there is none of, or that needs more than a profile says."""
    words = _("indikatorn räknas med formeln %(formula)s, som inte finns")
    return [
        str(Fault(f"indicators/{indicator.id}", words % {"formula": indicator.formula}))
        for indicator in profile.indicators
        if indicator.formula and not can_count(indicator.formula, {})
    ]


def share_in(text: str | None) -> float | None:
    """ "80 %" is 80; "Alla inom 30 dagar" is 100: everyone. None for what is not a share."""
    if not text:
        return None
    if _EVERYONE.match(text):
        return 100.0
    found = _SHARE.match(text)
    return float(found[1].replace(",", ".")) if found else None
