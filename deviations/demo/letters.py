"""The last week's letters as sent, and the alarms of measures that have stood still: so that a trial begins in peace.

Without this, the first minute of the demo would write to everyone about everything that is late in its invented past.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from deviations import clock
from deviations.demo.people import LOGINS, email_of
from deviations.mail import reminders
from deviations.mail.letters import ASKS_UNITS, TOLD, write_about
from deviations.models import HistoryEntry, Mail

WEEK = timedelta(days=7)
HALF_YEAR = timedelta(days=180)  # for those whom a visitor logs in as


@transaction.atomic
def tell_letters() -> None:
    """Alarms first: they are news as well. Every letter that would have left by now is marked as sent."""
    _alarm_stalled()
    now = timezone.now()
    shown = Q(deviation__filed_by__email__in=[email_of(login.first_name) for login in LOGINS], at__gte=now - HALF_YEAR)
    entries = HistoryEntry.objects.filter(Q(at__gte=now - WEEK) | shown, step__in=[*TOLD, *ASKS_UNITS])
    for entry in entries.select_related("deviation__accountable_body").order_by("at", "pk"):
        with clock.at(entry.at):
            write_about(entry.deviation, entry)
    with clock.at(now):
        reminders.remind()
    Mail.objects.filter(due_at__lte=now).update(sent_at=F("due_at"))


def _alarm_stalled() -> None:
    """Each on the morning after the day that passed, or an hour after what happened last."""
    for measure in reminders.stalled().select_related("deviation"):
        day = measure.due_on if measure.carried_out_at is None else measure.check_on
        morning = timezone.make_aware(datetime.combine(day + timedelta(days=1), time(7)))
        latest = measure.deviation.history.get(sequence=measure.deviation.sequence).at
        moment = min(max(morning, latest + timedelta(hours=1)), timezone.now())
        with clock.at(moment):
            reminders.alarm(measure.pk)
