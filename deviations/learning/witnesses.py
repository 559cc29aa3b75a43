"""Other tables that fit what is told: what the promise of `protect` rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from deviations.learning.program import Numbers

    Whole = np.ndarray[Any, np.dtype[np.int32]]
    Truth = np.ndarray[Any, np.dtype[np.bool_]]


class Witnesses:
    """Each as how far its counts are from the truth; those that it does not name are what they are."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self._size = size
        self._cells: list[Whole] = []
        self._moves: list[Whole] = []
        self._least, self._most = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)

    def add(self, cells: Sequence[int] | Whole, moves: Numbers) -> None:
        """`moves` must be whole numbers."""
        import numpy as np

        moved = moves.nonzero()[0]
        where, far = np.asarray(cells, dtype=np.int32)[moved], moves[moved].astype(np.int32)
        self._cells.append(where)
        self._moves.append(far)
        self._least[where] = np.minimum(self._least[where], far)
        self._most[where] = np.maximum(self._most[where], far)

    def show(self, at: int, move: int) -> bool:
        """Whether any has the count so far from the truth, or further."""
        return bool(self._most[at] >= move if move > 0 else self._least[at] <= move)

    def among(self, cells: Sequence[int]) -> Whole:
        """One row for each that moves any of the counts, in the order in which they were found."""
        import numpy as np

        place = np.full(self._size, -1, dtype=np.int32)
        place[cells] = np.arange(len(cells), dtype=np.int32)
        if not self._cells:
            return np.zeros((0, len(cells)), dtype=np.int32)
        row = np.repeat(np.arange(len(self._cells)), [len(each) for each in self._cells])
        column, move = place[np.concatenate(self._cells)], np.concatenate(self._moves)
        here = column >= 0
        rows, numbered = np.unique(row[here], return_inverse=True)
        found = np.zeros((len(rows), len(cells)), dtype=np.int32)
        found[numbered, column[here]] = move[here]
        return found
