"""One de-identified dataset of a steering tree over one period: counts tied by sums, before anything is hidden."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Days until something happened: median with interval, and the day by which nine of ten were done. Of `n`.

    None where too few to be told. `level` of the interval, 0–1.
    """

    n: int | None
    median: float | None
    low: float | None
    high: float | None
    ninety: float | None
    level: float = 0.95
