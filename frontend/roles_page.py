"""A person's own roles in plain words: which, where, since when, until when, who gave them, and what they open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deviations import clock
from frontend.member_page import name_of
from orgs.models import User
from orgs.models.memberships import Membership
from orgs.permissions import type_of_place
from orgs.roles import ROLES, Ability

A = Ability
AT_A_UNIT: Mapping[Ability, str | Promise] = {
    A.FILE: _("Anmäla avvikelser härifrån, och följa dem hela vägen"),
    A.READ: _("Läsa de avvikelser som verksamheten har anmält eller som gäller den"),
    A.READ_REFERENCE: _("Se er egen referens till ärendet, som aldrig lämnar er"),
    A.READ_REPORTER: _("Se vem hos er som anmälde. Att du har läst det noteras"),
    A.ANSWER: _("Lämna yttrande, och svara på beslut och åtgärder för verksamheten"),
    A.READ_REPORTS: _("Läsa de rapporter som nämnden får"),
    A.MANAGE_MEMBERS: _("Ge och avsluta roller i verksamheten"),
}
IN_A_BODY: Mapping[Ability, str | Promise] = {
    A.READ: _("Läsa de avvikelser som gruppen har, och det gruppen skriver"),
    A.HANDLE: _("Ta emot, bereda och besluta, och svara den som anmälde"),
    A.READ_REPORTS: _("Läsa gruppens publicerade rapporter, och dem som skickas till den"),
    A.EXPLORE: _("Se gruppens siffror som de är nu, med små tal dolda"),
    A.MANAGE_MEMBERS: _("Ge och avsluta roller i gruppen"),
}
IN_A_COUNTY: Mapping[Ability, str | Promise] = {
    A.MANAGE_PROFILE: _("Ändra länets regler: organ, överenskommelser, tidsgränser och vägval"),
    A.MANAGE_MEMBERS: _("Ge och avsluta roller i hela länet. Du läser inga avvikelser"),
}
OPENS: Mapping[str, Mapping[Ability, str | Promise]] = {
    "organisation": AT_A_UNIT,
    "body": IN_A_BODY,
    "county": IN_A_COUNTY,
}


@dataclass(frozen=True)
class Held:
    """`given_by`: "" when the role came with the installation. `begins`: not in force yet."""

    role: str | Promise
    place: str
    since: date
    until: date | None
    given_by: str
    begins: bool
    opens: Sequence[str | Promise]


def held_by(user: User) -> list[Held]:
    """Roles in force or to come, those that began last first; what has ended is left out. Three statements."""
    return sorted(_read(user), key=lambda held: held.since, reverse=True)


def _read(user: User) -> Iterator[Held]:
    today = clock.today()
    for kind, (_model, table) in type_of_place.items():
        place = ("content_object__principal",) if kind == "organisation" else ("content_object",)
        rows = table._default_manager.filter(user=user, ended_at__isnull=True)
        for membership in rows.select_related("permission", "granted_by", *place).order_by("-pk"):
            if membership.valid_until is None or membership.valid_until >= today:
                yield _held(membership, kind, today)


def _held(membership: Membership, kind: str, today: date) -> Held:
    role = ROLES[membership.role]
    return Held(
        role=role.label,
        place=name_of(membership.place),
        since=membership.valid_from,
        until=membership.valid_until,
        given_by=membership.granted_by.name if membership.granted_by else "",
        begins=membership.valid_from > today,
        opens=[words for ability, words in OPENS[kind].items() if ability in role.abilities],
    )
