"""The minutes of a meeting as data: what page, Word, PDF and API are all made from, and what approval freezes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from deviations.language import RECORD
from deviations.models import AgendaItem, Attendance, Meeting
from deviations.services.agenda_items import items_of
from orgs.permissions import keys_of

FORMAT = 1
LeftOut = Mapping[tuple[int, int], str]  # (point, deviation) -> why what was decided does not reach it


@override(RECORD)
def minutes_of(meeting: Meeting, *, left_out: LeftOut | None = None) -> dict[str, Any]:
    """JSON, without the name of anyone but those whom the body wants named. Six statements whatever the length."""
    return {
        "format": FORMAT,
        "meeting": str(meeting.public_id),
        "body": meeting.body.name,
        "county": meeting.body.county.name,
        "may_decide": meeting.body.may_decide,
        "starts_at": meeting.starts_at.isoformat(),
        "opened_at": meeting.opened_at.isoformat() if meeting.opened_at else None,
        "ended_at": meeting.ended_at.isoformat() if meeting.ended_at else None,
        "place": meeting.place,
        "diary_number": meeting.diary_number,
        "approved_at": meeting.approved_at.isoformat() if meeting.approved_at else None,
        "approved_by": _role_of_approver(meeting),
        "attendance": [_seat(seat) for seat in meeting.attendance.all()],
        "items": [_item(n, item, left_out or {}) for n, item in enumerate(items_of(meeting), start=1)],
    }


def shown_minutes(meeting: Meeting) -> dict[str, Any]:
    """The frozen ones once approved; before that a draft of them as they would be now."""
    return meeting.minutes if meeting.status == Meeting.Status.APPROVED else minutes_of(meeting)


def _seat(seat: Attendance) -> dict[str, str]:
    return {
        "title": seat.title,
        "name": seat.person_name,
        "duty": seat.duty,
        "presence": seat.presence,
        "presence_label": str(seat.get_presence_display()),
    }


def _item(number: int, item: AgendaItem, left_out: LeftOut) -> dict[str, Any]:
    return {
        "number": number,
        "title": item.title,
        "memo": item.memo,
        "deviations": [deviation.reference for deviation in item.deviations.all()],
        "verb": item.verb or AgendaItem.Verb.NOTES,
        "verb_label": str(AgendaItem.Verb(item.verb or AgendaItem.Verb.NOTES).label),
        "text": item.text,
        "conflicts": [{"title": c.attendance.title, "reason": c.reason} for c in item.conflicts.all()],
        "measures": [{name: value for name, value in measure.items() if name != "owner"} for measure in item.measures],
        "left_out": [
            {"deviation": deviation.reference, "reason": left_out[item.pk, deviation.pk]}
            for deviation in item.deviations.all()
            if (item.pk, deviation.pk) in left_out
        ],
    }


def _role_of_approver(meeting: Meeting) -> str:
    """Which role approved, never which person."""
    if meeting.approved_by is None:
        return ""
    held = {role for role, place, pk in keys_of(meeting.approved_by).roles if (place, pk) == ("body", meeting.body_id)}
    return _("Ordföranden") if "chair" in held else _("Samordnaren")
