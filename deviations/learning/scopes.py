"""Whose numbers: what a body itself is accountable for, and that with what the bodies it steers are accountable for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orgs.models import Body

OWN, ALL = "own", "all"


@dataclass(frozen=True, slots=True)
class Steering:
    """A body and everything under it, by the bodies' keys. `above`: the body over each; the root, first, has None."""

    above: Mapping[str, str | None]
    keys: Mapping[int, str]
    """Of each row id."""

    @property
    def root(self) -> str:
        return next(iter(self.above))

    def steered(self, body: str) -> list[str]:
        """Those right under it."""
        return [key for key, over in self.above.items() if over == body]

    def below(self, body: str) -> list[str]:
        """The body and all under it."""
        return [body, *(deeper for key in self.steered(body) for deeper in self.below(key))]

    def scope(self, body: str) -> str:
        """The widest of the body: one that steers nobody has only its own."""
        return f"{ALL}:{body}" if self.steered(body) else f"{OWN}:{body}"

    def members(self) -> Iterator[tuple[str, str]]:
        """Each scope with each body that is counted in it."""
        for body in self.above:
            yield f"{OWN}:{body}", body
            if self.steered(body):
                yield from ((f"{ALL}:{body}", under) for under in self.below(body))

    def wholes(self) -> Iterator[tuple[str, list[str]]]:
        """Each scope that others add up to, with those."""
        for body in self.above:
            if self.steered(body):
                yield f"{ALL}:{body}", [f"{OWN}:{body}", *(self.scope(key) for key in self.steered(body))]


def root_of(body: Body, bodies: Mapping[int, Body]) -> Body:
    """The top of the tree that the body stands in. `bodies`: the county's, by id."""
    seen = {body.pk}
    while body.steering_body_id is not None and body.steering_body_id not in seen:
        body = bodies[body.steering_body_id]
        seen.add(body.pk)
    return body


def steering(root: Body, bodies: Iterable[Body]) -> Steering:
    """The tree under `root`, in the order of keys. `bodies`: the county's."""
    under: dict[int | None, list[Body]] = {}
    for body in sorted(bodies, key=lambda each: each.key):
        under.setdefault(body.steering_body_id, []).append(body)
    above: dict[str, str | None] = {root.key: None}
    keys = {root.pk: root.key}
    level = [root]
    while level:
        below = [(child, over) for over in level for child in under.get(over.pk, ()) if child.key not in above]
        above |= {child.key: over.key for child, over in below}
        keys |= {child.pk: child.key for child, _over in below}
        level = [child for child, _over in below]
    return Steering(above, keys)
