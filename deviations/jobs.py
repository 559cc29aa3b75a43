"""What Samsyn does by itself. `run_due` is called again and again by a worker, often with nothing to do."""

from collections.abc import Callable

from deviations.learning.pattern_search import look_for_patterns
from deviations.learning.refresh import refresh
from deviations.mail.post import send_due
from deviations.mail.reminders import once_a_day
from deviations.presence import forget_old
from deviations.reports.live_numbers import count_live
from deviations.reports.making import make_due
from deviations.services.delivery import attend_to_deliveries
from deviations.services.disputes import lift_overdue
from deviations.services.process_values import count_due
from deviations.services.profiles import catch_up_due
from deviations.services.receivers import attend_to_stand_ins

# Each does what is due now and returns how much it was. Each claims its own rows, so that several workers may run.
JOBS: tuple[Callable[[], int], ...] = (
    attend_to_stand_ins,
    attend_to_deliveries,
    lift_overdue,
    catch_up_due,
    refresh,
    make_due,
    count_due,
    look_for_patterns,
    send_due,
    forget_old,
    count_live,  # takes longest, so letters do not wait for it
)


def run_due() -> int:
    """Run every job once; returns how much was done. Cheap when nothing is due: one look each, no write lock taken."""
    return once_a_day() + sum(job() for job in JOBS)
