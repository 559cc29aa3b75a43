"""What each stable id is called in a report, by kind of thing."""

from collections.abc import Mapping

from deviations.models import Deviation
from orgs.models import Body, County, Organisation
from orgs.profiles.schema import Profile

NOT_SAID = "Inte angivet"


def names_of(county: County, profile: Profile) -> Mapping[str, Mapping[str, str]]:
    """Two statements. Who has left the profile keeps the name of its row."""
    principals = Organisation.objects.filter(county=county, parent__isnull=True).values_list("key", "name")
    clauses = {
        f"{agreement.id}/{clause.id}": f"{agreement.name}, {clause.title}"
        for agreement in profile.agreements
        for clause in agreement.clauses
    }
    agreements = {agreement.id: agreement.name for agreement in profile.agreements}
    names = {
        "body": dict(Body.objects.filter(county=county).values_list("key", "name")),
        "principal": dict(principals) | {principal.id: principal.name for principal in profile.principals},
        "category": {category.code: category.name for category in profile.categories},
        "target_group": {group.id: group.name for group in profile.target_groups},
        "municipality": {p.municipality_code: p.name for p in profile.principals if p.municipality_code},
        "agreement": agreements,
        "clause": agreements | clauses,
        "kind": {code: str(label) for code, label in Deviation.Kind.choices},
        "care_level": {str(level): f"{level}. {words}" for level, words in profile.responsibility.levels.items()},
        "problem": {area.id: area.name for area in profile.responsibility.areas},
        "decline_reason": {reason.id: reason.name for reason in profile.decline_reasons}
        | {"hand_over": "Lämnad till ett annat organ", "pass_on": "Lämnad till en annan verksamhet"},
    }
    return {kind: {**found, "-": NOT_SAID} for kind, found in names.items()}
