"""What the pages of a county's profile are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from deviations import clock
from deviations.proof import Proof
from deviations.services import profiles
from frontend.components import Station
from frontend.dates import day
from orgs.models import County, ProfileVersion, User
from orgs.profiles import loader
from orgs.profiles.active import NoProfileInForce, version_in_force
from orgs.profiles.diff import Change, differences, unchanged
from orgs.profiles.rules import DEFAULT, Rule
from orgs.profiles.schema import Profile


@dataclass(frozen=True)
class Checked:
    """A document that could be activated: what it changes, the proof, and what it would have done to the past."""

    profile: Profile
    proof: Proof
    changes: list[Change]
    same: str
    run: profiles.DryRun
    stations: list[Station]


def current(county: County) -> ProfileVersion | None:
    try:
        return version_in_force(county, clock.today())
    except NoProfileInForce:
        return None


def versions(county: County) -> list[dict[str, Any]]:
    """Newest first, each saying when it holds."""
    found = ProfileVersion.objects.filter(county=county).defer("source", "document").select_related("activated_by")
    now = current(county)
    return [{"version": each, "validity": validity(each, now), "current": each == now} for each in found]


def validity(version: ProfileVersion, now: ProfileVersion | None) -> str:
    first = day(version.active_from, "year")
    if version == now:
        return _("gäller sedan %(day)s") % {"day": first}
    if version.active_from > clock.today():
        return _("börjar gälla %(day)s") % {"day": first}
    return _("gällde från %(day)s, sedan ersatt") % {"day": first}


def rules_of(profile: Profile) -> list[tuple[Rule, str]]:
    """The routing rules, each with the name of the body that then becomes accountable."""
    names = {body.id: body.name for body in profile.bodies}
    target = {DEFAULT: profile.default_body}
    return [(rule, names[target.get(rule.accountable, rule.accountable)]) for rule in profile.rules]


def inside(version: ProfileVersion) -> list[tuple[str, int]]:
    """How much the version holds, for those who have not read it."""
    profile = loader.from_json(version.document)
    return [
        (_("Huvudmän"), len(profile.principals)),
        (_("Organ i länet"), len(profile.bodies)),
        (_("Vägvalsregler"), len(profile.rules)),
        (_("Överenskommelser"), len(profile.agreements)),
        (_("Slag av avvikelser"), len(profile.categories)),
        (_("Målgrupper"), len(profile.target_groups)),
    ]


def way_of_versions(listed: list[dict[str, Any]]) -> list[Station]:
    """Oldest first, the one in force as where it is."""
    return [
        {
            "label": str(each["version"].number),
            "text": each["validity"],
            "state": "here"
            if each["current"]
            else "coming"
            if each["version"].active_from > clock.today()
            else "passed",
        }
        for each in reversed(listed)
    ]


def changes_of(version: ProfileVersion) -> list[Change]:
    """What the version changed from the one before it; nothing for the first."""
    before = ProfileVersion.objects.filter(county=version.county_id, number=version.number - 1).first()
    if before is None:
        return []
    return differences(loader.from_json(before.document), loader.from_json(version.document))


def checked(county: County, source: str, *, by: User) -> Checked:
    """Raises ProfileRefused with every fault, NotYours."""
    profile, proof = profiles.checked(source)
    if profile.county.code != county.code:
        raise profiles.ProfileRefused(
            [_("Filen gäller %(other)s, inte %(own)s.") % {"other": profile.county.name, "own": county.name}]
        )
    before = profiles.document_in_force(county)
    run = profiles.dry_run(county, profile, by=by)
    return Checked(
        profile=profile,
        proof=proof,
        changes=differences(before, profile) if before else [],
        same=_unchanged(before, profile),
        run=run,
        stations=_stations(proof, run),
    )


def _unchanged(before: Profile | None, after: Profile) -> str:
    counts = unchanged(before, after) if before else {}
    return ", ".join(f"{name.lower()} {count}" for name, count in counts.items() if count)


def _stations(proof: Proof, run: profiles.DryRun) -> list[Station]:
    cases = _("%(count)s fall, inga hål") % {"count": number_format(proof.points, force_grouping=True)}
    moved = _("%(moved)d av %(seen)d byter organ, se över") if run.moved else _("%(seen)d når samma organ som förut")
    return [
        {"label": _("Inläst"), "state": "passed", "text": _("hela filen giltig")},
        {"label": _("Vägvalen bevisade"), "state": "passed", "text": cases},
        {"label": _("Provkörning"), "state": "here", "text": moved % {"moved": run.moved, "seen": run.seen}},
        {"label": _("Aktiveras"), "state": "coming", "text": _("Datum väljs här intill")},
    ]
