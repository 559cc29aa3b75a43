"""Who receives while a body does not work: by the county's own choice, then upwards, then anyone who works (B04).

Pure, total and safe against bodies that point at each other in a ring.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orgs.profiles.schema import Profile


@dataclass(frozen=True, slots=True)
class Ladder:
    """`above`: for each body whom to ask instead, in order. `last`: everyone, the order in which they are asked when
    nobody above works."""

    above: Mapping[str, Sequence[str]]
    last: Sequence[str]

    def after(self, body: str) -> Iterator[str]:
        """Every other body once: those above, nearest first, and then the rest."""
        seen, queue = {body}, [body]
        while queue:
            for other in self.above.get(queue.pop(0), ()):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
                    yield other
        for other in self.last:
            if other not in seen:
                seen.add(other)
                yield other


def ladder_of(profile: Profile, *, also: Collection[str] = ()) -> Ladder:
    """The fallback that the profile names, else the steering bodies; then the default body, and the rest by level.

    Bodies that are only planned come last, with those that only the database knows (`also`).
    """
    planned = {body.id for body in profile.bodies if body.planned}
    above = {body.id: (body.fallback,) if body.fallback else body.steering for body in profile.bodies}
    rest = sorted(profile.bodies, key=lambda body: (body.id in planned, body.level or 9, body.id))
    last = (profile.default_body, *(body.id for body in rest), *sorted(also))
    return Ladder({key: [each for each in asked if each not in planned] for key, asked in above.items()}, last)


def stand_in_for(body: str, ladder: Ladder, working: Collection[str], *, not_first: Collection[str] = ()) -> str | None:
    """The first that works; None when no other body does.

    Those in `not_first` (they have given it away before) are asked when nobody else works: it must never lie with
    nobody.
    """
    able = [other for other in ladder.after(body) if other in working]
    return next((other for other in able if other not in not_first), able[0] if able else None)
