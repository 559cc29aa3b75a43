"""What Samsyn does by itself. `run_due` is called again and again by a worker, often with nothing to do."""

from collections.abc import Callable

from deviations.learning.refresh import refresh
from deviations.services.delivery import attend_to_deliveries
from deviations.services.profiles import catch_up_due
from deviations.services.receivers import attend_to_stand_ins

# Each does what is due now and returns how much it was. Each claims its own rows, so that several workers may run.
JOBS: tuple[Callable[[], int], ...] = (attend_to_stand_ins, attend_to_deliveries, catch_up_due, refresh)


def run_due() -> int:
    """Run every job once; returns how much was done. Cheap when nothing is due: one look each, no write lock taken."""
    return sum(job() for job in JOBS)
