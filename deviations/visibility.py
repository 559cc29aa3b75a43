"""Which parts of a deviation a viewer sees: party role × ability × field, as one table.

Everyone who sees a deviation at all reads the de-identified event, category, clause, statements and decisions. What is
listed here is opened only by a standing named beside it. No identity crosses an organisation's border (OSL 8:1-2).
"""

from collections.abc import Mapping
from enum import StrEnum

from deviations.models import Deviation, Party
from orgs.permissions import Keys
from orgs.roles import Ability


class Part(StrEnum):
    LOCAL_REFERENCE = "local_reference"  # the key to the person concerned
    REPORTER = "reporter"  # who reported, by name
    NOTES = "notes"  # a body's internal notes
    QUESTION = "question"  # what a unit was asked
    ACTORS = "actors"  # which person at the own organisation took a step


TABLE: Mapping[Part, frozenset[tuple[str, Ability | None]]] = {
    # part                         party role      ability held there
    Part.LOCAL_REFERENCE: frozenset({("reporter", None), ("reporting", Ability.READ_REFERENCE)}),
    Part.REPORTER: frozenset({("reporter", None), ("reporting", Ability.READ_REPORTER)}),
    Part.NOTES: frozenset({("accountable", Ability.HANDLE), ("stand_in", Ability.HANDLE)}),
    Part.QUESTION: frozenset(
        {
            ("accountable", Ability.READ),
            ("stand_in", Ability.READ),
            ("receiving", Ability.READ),
            ("receiving", Ability.ANSWER),
            ("steering", Ability.READ),
        }
    ),
    Part.ACTORS: frozenset({("accountable", Ability.HANDLE), ("stand_in", Ability.HANDLE)}),
}


IN_BODIES = frozenset({"accountable", "stand_in", "steering", "former", "informed"})
"""The roles in which a body is a party. What the bodies write to each other when they lift something is theirs."""


HAVE_IT = frozenset({"accountable", "stand_in"})
"""The roles in which a body does the work."""


def standings(deviation: Deviation, keys: Keys) -> set[tuple[str, Ability | None]]:
    """Every (party role, ability) the person has here. (role, None) means being that person. Reads `parties`."""
    found: set[tuple[str, Ability | None]] = set()
    if keys.user_id is not None and deviation.filed_by_id == keys.user_id:
        found.add(("reporter", None))
    for party in deviation.parties.all():
        found.update((party.role, ability) for ability in abilities_at(party, keys))
    return found


def abilities_at(party: Party, keys: Keys) -> set[Ability | None]:
    if party.person_id is not None:
        return {None} if party.person_id == keys.user_id else set()
    if party.body_id is not None:
        return {ability for ability in Ability if keys.on_body(ability, party.body_id)}
    return {ability for ability in Ability if keys.on_organisation(ability, party.organisation_id, party.principal_id)}


def open_parts(deviation: Deviation, keys: Keys) -> frozenset[Part]:
    """The parts that this person may read here. An empty draft of one's own is all one's own."""
    held = standings(deviation, keys)
    return frozenset(part for part, openers in TABLE.items() if held & openers)


def reads_in_a_body(deviation: Deviation, keys: Keys) -> bool:
    """Whether what the bodies write to each other is the person's to read. Readers of reports alone do not. Reads
    `parties`."""
    return any(role in IN_BODIES and ability == Ability.READ for role, ability in standings(deviation, keys))


def note_bodies(deviation: Deviation, keys: Keys) -> list[int]:
    """The bodies whose notes the person reads: those that have it now and in which the person handles. What another
    body wrote, before or in its place, stays with that body. Reads `parties`."""
    having = [party.body_id for party in deviation.parties.all() if party.role in HAVE_IT]
    return [pk for pk in having if pk is not None and keys.on_body(Ability.HANDLE, pk)]
