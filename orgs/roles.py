"""Every role and what it may do: one table, read by people and by `orgs.permissions`.

A role is held on an organisation (and then reaches its subtree), on a body, or on a county. Which abilities go with
which role follows the regions' own practice of who sees what; `deviations.visibility` says which parts of a deviation
each of them opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Place = Literal["organisation", "body", "county"]


class Ability(StrEnum):
    FILE = "file"  # file a deviation from this unit
    READ = "read"  # read deviations in which the place is a party
    READ_REFERENCE = "read_reference"  # the local reference, only where it was written
    READ_REPORTER = "read_reporter"  # who reported, only at home
    ANSWER = "answer"  # give the unit's statement
    HANDLE = "handle"  # prepare, decide, feed back as the accountable body
    READ_REPORTS = "read_reports"  # published learning reports of the place, or addressed to it
    EXPLORE = "explore"  # the body's numbers as they are now, small ones hidden
    MANAGE_MEMBERS = "manage_members"
    MANAGE_PROFILE = "manage_profile"


@dataclass(frozen=True, slots=True)
class Role:
    code: str
    label: str | Promise
    on: Place
    abilities: frozenset[Ability]


A = Ability


def _role(code: str, label: str | Promise, on: Place, *abilities: Ability) -> Role:
    return Role(code, label, on, frozenset(abilities))


_TABLE = (
    #     code                   label                        on              may
    _role("reporter", _("Rapportör"), "organisation", A.FILE),
    _role(
        "unit_manager",
        _("Enhetschef"),
        "organisation",
        A.FILE,
        A.READ,
        A.READ_REFERENCE,
        A.READ_REPORTER,
        A.ANSWER,
        A.MANAGE_MEMBERS,
    ),
    _role("investigator", _("Utredare"), "organisation", A.FILE, A.READ, A.READ_REFERENCE, A.ANSWER),
    _role(
        "safety_officer",
        _("MAS, SAS eller chefläkare"),
        "organisation",
        A.FILE,
        A.READ,
        A.READ_REFERENCE,
        A.READ_REPORTER,
    ),
    _role("board_reader", _("Nämndläsare"), "organisation", A.READ_REPORTS),
    _role("coordinator", _("Samordnare"), "body", A.READ, A.HANDLE, A.READ_REPORTS, A.EXPLORE, A.MANAGE_MEMBERS),
    _role("chair", _("Ordförande"), "body", A.READ, A.HANDLE, A.READ_REPORTS, A.EXPLORE),
    _role("member", _("Ledamot"), "body", A.READ, A.READ_REPORTS, A.EXPLORE),
    _role("body_reader", _("Läsare av rapporter"), "body", A.READ_REPORTS),
    _role("county_administrator", _("Länsadministratör"), "county", A.MANAGE_PROFILE, A.MANAGE_MEMBERS),
)

ROLES: Mapping[str, Role] = {role.code: role for role in _TABLE}


def permissions_on(place: Place) -> list[tuple[str, Any]]:
    """The roles that can be held on such a place, as a model's `Meta.permissions` (guardian's codenames)."""
    return [(role.code, role.code) for role in _TABLE if role.on == place]


def roles_with(ability: Ability, on: Place) -> frozenset[str]:
    return frozenset(role.code for role in _TABLE if role.on == on and ability in role.abilities)
