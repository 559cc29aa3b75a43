"""Linear and integer programs over what may move when hidden counts change and every sum must still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

NEARLY = 1e-6
MOST_BRANCHES = 200
MOST_STEPS = 40
"""So many counts are settled on the way to whole numbers."""


class GaveUp(Exception):
    """Nobody knows whether there is an answer: so much work and none found, and none shown not to be."""


class Program:
    """Columns in `pieces` equal runs, one column per count in each; a piece of sign −1 counts downwards.

    `rows`: the counts of each sum with their signs, all together nothing.

    One thread, no clock, no chance: the same question in the same order has the same answer.
    """

    def __init__(self, size: int, rows: Sequence[tuple[list[int], list[int]]], pieces: Sequence[int]) -> None:
        import highspy
        import numpy as np

        self.size, self.pieces = size, tuple(pieces)
        self.width = size * len(self.pieces)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            solver.setOptionValue(option, value)
        starts, columns, signs = [0], [], []
        for row, of in rows:
            for piece, sign in enumerate(self.pieces):
                columns += [piece * size + at for at in row]
                signs += [sign * each for each in of]
            starts.append(len(columns))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, len(rows)
        lp.col_cost_ = lp.col_lower_ = lp.col_upper_ = np.zeros(self.width)
        lp.row_lower_ = lp.row_upper_ = np.zeros(len(rows))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(signs, dtype=np.float64)
        solver.passModel(lp)
        self._solver = solver
        self._all = np.arange(self.width, dtype=np.int32)
        self._whole = False

    def solve(self, lower: Numbers, upper: Numbers, cost: Numbers, *, whole: bool = False) -> Numbers | None:
        """The cheapest values of all columns, None when it is proved that there are none. `whole`: in whole numbers.

        Raises GaveUp when MOST_BRANCHES have found no whole numbers, or the solver ends in any other way than these.
        """
        import highspy
        import numpy as np

        solver = self._solver
        if whole != self._whole:
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            solver.changeColsIntegrality(self.width, self._all, np.full(self.width, int(kind), dtype=np.uint8))
            solver.setOptionValue("presolve", "on" if whole else "off")
            self._whole = whole
        solver.clearSolver()
        solver.changeColsBounds(self.width, self._all, lower, upper)
        solver.changeColsCost(self.width, self._all, cost)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        stopped = whole and status == highspy.HighsModelStatus.kSolutionLimit
        if stopped and solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise GaveUp(f"after {MOST_BRANCHES} branches")
        if not stopped and status != highspy.HighsModelStatus.kOptimal:
            raise GaveUp(f"HiGHS: {status}")
        return np.array(solver.getSolution().col_value)

    def dive(self, found: Numbers, lower: Numbers, upper: Numbers, cost: Numbers) -> Numbers | None:
        """The same in whole numbers, by settling one count after the other for the nearest. None: this is no way there.

        For counts that move up or down in one piece each.
        """
        import numpy as np

        lower, upper = lower.copy(), upper.copy()
        for _step in range(MOST_STEPS):
            moves = self.moves(found)
            off = np.abs(moves - np.rint(moves))
            at = int(off.argmax())
            if off[at] < NEARLY:
                return found
            near = float(np.rint(moves[at]))
            for value in (near, 2 * float(np.floor(moves[at])) + 1 - near):
                for column, far in ((at, max(value, 0.0)), (at + self.size, max(-value, 0.0))):
                    lower[column] = upper[column] = far
                further = self.solve(lower, upper, cost)
                if further is not None:
                    found = further
                    break
            else:
                return None
        return None

    def moves(self, columns: Numbers) -> Numbers:
        """How far each count moved, all pieces together."""
        import numpy as np

        return np.asarray(np.array(self.pieces, dtype=np.float64) @ columns.reshape(len(self.pieces), self.size))


def whole_numbers(moves: Numbers) -> Numbers | None:
    """The same in exact whole numbers; None when they are not."""
    import numpy as np

    rounded = np.rint(moves)
    return rounded if np.abs(moves - rounded).max(initial=0) < NEARLY else None


_OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "presolve": "off",
    "solver": "simplex",
    "mip_max_nodes": MOST_BRANCHES,
    "mip_rel_gap": 0.01,
    "mip_abs_gap": 1e-6,
}
