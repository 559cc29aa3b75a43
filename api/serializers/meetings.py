"""Meetings as other systems read them, and what is sent to change one."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, BodyById, Day, FreeText, OrganisationById
from api.serializers.organisations import Named
from deviations import cadence
from deviations.models import AgendaItem, Attendance, Meeting
from deviations.services.minutes import Agreed


class MeetingQuery(Strict):
    body = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST, help_text="id of one body")
    year = serializers.IntegerField(required=False, min_value=1900, max_value=2199)


class MeetingListed(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    body = Named()
    status = serializers.ChoiceField(choices=Meeting.Status.choices)
    starts_at = serializers.DateTimeField()
    place = serializers.CharField(allow_blank=True)
    sequence = serializers.IntegerField(help_text="advances with every change")
    diary_number = serializers.CharField(allow_blank=True)


class ConflictShown(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    seat = serializers.IntegerField(source="attendance_id")
    reason = serializers.CharField()


class ItemShown(serializers.Serializer[Any]):
    """`deviations` holds those that the caller may see; `verb` is empty until the meeting has said something."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    memo = serializers.CharField(allow_blank=True)
    deviations = serializers.SerializerMethodField()
    verb = serializers.ChoiceField(choices=AgendaItem.Verb.choices, allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    measures = serializers.ListField(child=serializers.DictField())
    conflicts = ConflictShown(many=True)
    sequence = serializers.IntegerField(help_text="send it as `seen` to be refused when others wrote in the point")

    def get_deviations(self, item: AgendaItem) -> list[str]:
        visible: set[int] = self.context["visible"]
        return [str(deviation.public_id) for deviation in item.deviations.all() if deviation.pk in visible]


class SeatShown(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    duty = serializers.CharField(allow_blank=True)
    presence = serializers.ChoiceField(choices=Attendance.Presence.choices)


class MeetingShown(MeetingListed):
    items = ItemShown(many=True)
    attendance = SeatShown(many=True)


class KeptShown(serializers.Serializer[Any]):
    """Meetings of the present period against what the body's profile says."""

    held = serializers.IntegerField()
    planned = serializers.IntegerField()
    least = serializers.IntegerField(allow_null=True)
    per = serializers.ChoiceField(choices=list(cadence.IN_PERIOD))


class MinutesShown(serializers.Serializer[Any]):
    """`minutes` is a draft until it has been approved; then it is frozen and `checksum` is the SHA-256 of it, written
    with sorted keys, without spaces, in UTF-8."""

    status = serializers.ChoiceField(choices=Meeting.Status.choices)
    checksum = serializers.CharField(allow_blank=True)
    minutes = serializers.DictField()


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────
class MeetingSeen(Strict):
    seen = serializers.IntegerField(required=False, min_value=0, max_value=BIGGEST)


class PlanGiven(Strict):
    body = BodyById()
    starts_at = serializers.DateTimeField()
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)


class MoveGiven(MeetingSeen):
    starts_at = serializers.DateTimeField()
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)


class CancelGiven(MeetingSeen):
    reason = FreeText()


class ItemGiven(MeetingSeen):
    title = serializers.CharField(max_length=200, allow_blank=True)
    memo = FreeText(required=False)


class SeatGiven(MeetingSeen):
    organisation = OrganisationById(required=False)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    duty = serializers.CharField(required=False, allow_blank=True, max_length=60)


class ApproveGiven(MeetingSeen):
    diary_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    leave_out = serializers.BooleanField(required=False, help_text="write what cannot be entered into the minutes")


class AgreedGiven(Strict):
    owner = OrganisationById()
    text = FreeText()
    due_on = Day()
    check_on = Day()
    sign = FreeText(help_text="what would show that it helped")

    def validate(self, attrs: dict[str, Any]) -> Any:
        return Agreed(**attrs)


class DecisionGiven(MeetingSeen):
    verb = serializers.ChoiceField(choices=AgendaItem.Verb.choices)
    text = FreeText(required=False)
    measures = AgreedGiven(many=True, required=False)
