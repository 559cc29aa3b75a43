"""What the tests of meetings share: a planned meeting, and matters that are ready for it."""

import datetime

from django.utils import timezone

from deviations import clock
from deviations.models import AgendaItem, Meeting
from deviations.services import agenda, handling, meetings, minutes, statements
from deviations.services.escalating import escalate
from deviations.services.filing import file
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body, unit


def at(days=7, hour=9):
    """That many days from today, at that hour in Sweden."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=timezone.get_current_timezone())


def group():
    return body("blekinge", "sg_barn_unga")


def planned(by, days=0, where=None):
    return meetings.plan_meeting(where or group(), starts_at=at(days), by=by)


def answered(cast, filing, **changes):
    """Received, and BUP has given its statement: ready for a meeting."""
    deviation = handling.receive(file(filing(**changes), by=cast.anna), by=cast.bo)
    statements.request_statement(deviation, of=[unit("blekinge", "rb-bup")], question="Vad hände?", by=cast.bo)
    statements.give_statement(now(deviation), cause="Brevlådan bevakas inte.", by=cast.berit)
    return now(deviation)


def running(cast, filing, number=1, days=0):
    """A meeting under way with that many deviations, each of a category of its own."""
    categories = ("sip/called_party_absent", "referral/returned", "information/missing", "contact/phone_line")
    deviations = [answered(cast, filing, category=category) for category in categories[:number]]
    meeting = planned(cast.bo, days)
    agenda.build_agenda(meeting, by=cast.bo)
    meetings.start_meeting(now(meeting), by=cast.bo)
    return now(meeting), [now(deviation) for deviation in deviations]


def item_of(meeting, deviation):
    return AgendaItem.objects.select_related("meeting").get(meeting=meeting, deviations=deviation, removed_at=None)


def held(cast, filing, verb="decides", text="Varje mottagning har en bevakad adress.", **given):
    """A meeting that is over, with one decided matter."""
    meeting, [deviation] = running(cast, filing)
    minutes.record_decision(item_of(meeting, deviation), verb=verb, text=text, by=cast.bo, **given)
    meetings.end_meeting(now(meeting), by=cast.bo)
    return now(meeting), now(deviation)


def escalated(deviation, cast):
    return escalate(deviation, reason="Händer i alla fem kommuner.", by=cast.bo)


def agreed(**changes):
    today = clock.today()
    return minutes.Agreed(
        **{
            "owner": unit("blekinge", "rb-bup"),
            "text": "Bevakad adress",
            "due_on": today + datetime.timedelta(days=30),
            "check_on": today + datetime.timedelta(days=90),
            "sign": "Högst var tionde uteblir.",
            **changes,
        }
    )


def someone(name, role, where):
    user = User.objects.create_user(f"{name}@example.se", "lång mening för prov", name=name.capitalize())
    grant(user, role, where, by=None)
    return user


def now(row):
    """As the database has it."""
    if isinstance(row, Meeting):
        return Meeting.objects.select_related("body__county").get(pk=row.pk)
    return type(row).objects.get(pk=row.pk)
