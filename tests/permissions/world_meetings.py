"""Meetings in the world of the tables: planned, running, held and approved, and one in the other county."""

import datetime

from django.utils import timezone

from deviations import clock
from deviations.models import AgendaItem, Deviation, Meeting
from deviations.services import agenda, attendance, deciding, meetings, minutes
from deviations.services.agenda_items import day_of
from tests.cast import body, unit


def nine(days):
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(9), tzinfo=timezone.get_current_timezone())


def hold_meetings(world, received, text):
    """`received`: a deviation that the group has received; it gets on the agenda of the planned one."""
    bo, group = world.users["bo"], body("blekinge", "sg_barn_unga")
    rows = {
        name: _held_until(name, group, days, text, bo) for name, days in (("minutes", -2), ("held", -1), ("running", 0))
    }
    rows["meeting"] = meetings.plan_meeting(group, starts_at=nine(7), place=text, by=bo)
    deciding.put_on_agenda(received, meeting=rows["meeting"], by=bo)
    attendance.add_seat(Meeting.objects.get(pk=rows["meeting"].pk), organisation=unit("blekinge", "rb-bup"), by=bo)
    barnalivet = body("varmland", "barnalivet")
    rows["varmland_meeting"] = meetings.plan_meeting(barnalivet, starts_at=nine(7), by=world.users["cecilia"])
    AgendaItem.objects.update(title=text[:100])
    world.rows.on_agenda = Deviation.objects.get(pk=received.pk)
    named = {"on_agenda": world.rows.on_agenda.public_id, **{name: row.public_id for name, row in rows.items()}}
    world.name(uuid=named)
    world.name(
        number={
            "point": rows["meeting"].items.get().pk,
            "running_point": rows["running"].items.get().pk,
            "seat": rows["meeting"].attendance.get().pk,
        }
    )
    world.named["minutes_day"] = day_of(rows["minutes"]).isoformat()


def _held_until(name, group, days, text, by):
    with clock.at(nine(days)):
        meeting = meetings.plan_meeting(group, starts_at=nine(days), place=text, by=by)
        item = agenda.add_item(meeting, title="Läget", memo=text, by=by)
        meetings.start_meeting(meeting, by=by)
        if name != "running":
            minutes.record_decision(item, verb="notes", text=text, by=by)
            meetings.end_meeting(meeting, by=by)
        if name == "minutes":
            minutes.approve_minutes(meeting, by=by)
    return Meeting.objects.get(pk=meeting.pk)
