"""Hiding small numbers: seconds, and what is left to tell.

The counties are drawn by lot with fixed seeds.
"""

import argparse
import random
import time

from deploy.bench.counties import County, counts, draw
from deploy.bench.figures import Figure, say
from deviations.learning.counts import Counts, Protected
from deviations.learning.protect import protect

THRESHOLD = 5
SECONDS = 2.0
SECONDS_FEW = 0.3
SIZES = {"small": (9, 400), "middle": (11, 10_000), "large": (11, 200_000)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=200)
    asked = parser.parse_args()
    protect(counts(draw(random.Random(0), bodies=1, principals=2, categories=2, deviations=30)), THRESHOLD)  # loads
    for size, (bodies, filed) in SIZES.items():
        county = draw(random.Random(1), bodies=bodies, principals=8, categories=15, deviations=filed)
        _one(size, county)
    _many(asked.counties)


def _one(size: str, county: County) -> None:
    today = counts(county)
    began = time.process_time()
    protected = protect(today, THRESHOLD)
    took = time.process_time() - began
    what = f"{size} county, {len(protected.cells):,} counts"
    say(Figure("-", f"hiding in a {what}", took, SECONDS_FEW if size == "large" else SECONDS, "s", 1.0))
    say(Figure("-", f"counts told of the {what}", _told(today, protected), 1.0, "share of those ≥ 5"))


def _told(today: list[Counts], protected: Protected) -> float:
    large = {name for table in today for name, value in table.cells.items() if value >= THRESHOLD}
    return sum(protected[name].value is not None for name in large) / len(large) if large else 1.0


def _many(wanted: int) -> None:
    """Small counties of every shape; the promise is checked by witnesses, each in whole numbers, as they are made."""
    cells = told = 0
    began = time.process_time()
    for seed in range(wanted):
        lot = random.Random(seed)
        filed = int(10 ** lot.uniform(0.5, 3.5))
        county = draw(lot, bodies=lot.randint(1, 4), principals=lot.randint(2, 4), categories=5, deviations=filed)
        protected = protect(counts(county), THRESHOLD)
        cells += len(protected.cells)
        told += sum(cell.value is not None for cell in protected.cells.values())
    say(Figure("-", f"{wanted} counties of every shape: counts told of {cells:,}", told / cells, 1.0, "share"))
    say(Figure("-", "seconds for each of them", (time.process_time() - began) / wanted, SECONDS, "s"))


if __name__ == "__main__":
    main()
