"""One table while it is made: its cells, and the sums that tie them to each other and to those of other tables."""

from collections.abc import Iterable

from deviations.learning.counts import Counts, Key, Sum, key
from deviations.learning.scopes import Steering

TOTAL = "Σ"


class Table:
    """Filled scope by scope."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.cells: dict[Key, int] = {}
        self.sums: list[Sum] = []
        self.latent: set[Key] = set()

    def put(self, value: int, *parts: str, latent: bool = False) -> Key:
        """Count it under the table's own name, then the parts. A latent one is named after what is left over."""
        name = key(f"{self.id}_rest" if latent else self.id, *parts)
        self.cells[name] = value
        if latent:
            self.latent.add(name)
        return name

    def add_up(self, total: Key, parts: Iterable[Key]) -> None:
        self.sums.append(Sum(total, tuple(parts)))

    def counts(self, tree: Steering) -> Counts:
        """With the sums over scopes: every count of a body and those it steers is made of theirs."""
        wholes = {f"|{whole}": [f"|{part}" for part in parts] for whole, parts in tree.wholes()}
        for name in list(self.cells):
            start = name.index("|")
            end = name.find("|", start + 1)
            scope, rest = (name[start:], "") if end < 0 else (name[start:end], name[end:])
            if parts := wholes.get(scope):
                made = [f"{name[:start]}{part}{rest}" for part in parts]
                self.add_up(name, [one for one in made if one in self.cells])
        return Counts(self.id, self.cells, tuple(self.sums), frozenset(self.latent))
