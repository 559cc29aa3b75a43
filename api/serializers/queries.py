"""What a list can be asked for: the same filters for the list and its exports."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, Day
from deviations.models import Deviation
from deviations.narrowing import FLAGS, RISKS, flagged, of_category, of_risk
from deviations.search import matching
from deviations.visible import PAGE_SIZE, Cursor
from deviations.workflow import STATE_LABELS, State

BIGGEST_PAGE = 200
SAME_AS = (
    "kind", "accountable_body", "reporting_principal", "receiving_principal", "target_group", "municipality_code",
)  # fmt: skip
_SALT = "deviations"
LISTED = [(state.value, label) for state, label in STATE_LABELS.items() if state not in {State.DRAFT, State.DISCARDED}]


def written(cursor: Cursor | None) -> str | None:
    """Signed, so that a made-up place in the list is refused and never reaches the database."""
    return signing.dumps([cursor.filed_at.isoformat(), cursor.id], salt=_SALT) if cursor else None


class Filters(Strict):
    state = serializers.MultipleChoiceField(choices=LISTED, required=False, help_text="may be repeated")
    category = serializers.CharField(required=False, max_length=80, help_text='"sip" includes "sip/not_initiated"')
    kind = serializers.ChoiceField(choices=Deviation.Kind.choices, required=False)
    accountable_body = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    reporting_principal = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    receiving_principal = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    target_group = serializers.CharField(required=False, max_length=40)
    municipality_code = serializers.CharField(required=False, max_length=4)
    flag = serializers.ChoiceField(required=False, choices=sorted(FLAGS))
    risk = serializers.ChoiceField(
        required=False, choices=[*RISKS, "none"], help_text="severity × likelihood: 8–16, 3–7, 1–2, not estimated"
    )
    assigned_to_me = serializers.BooleanField(required=False)
    filed_from = Day(required=False, help_text="that day included")
    filed_to = Day(required=False, help_text="that day included")
    q = serializers.CharField(
        required=False, max_length=200, help_text="every word, in any of its forms; or a number such as 2026-0112"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        where = Q()
        for name in SAME_AS:
            if name in attrs:
                where &= Q(**{name: attrs[name]})
        if states := attrs.get("state"):
            where &= Q(state__in=sorted(states))
        if category := attrs.get("category"):
            where &= of_category(category)
        if risk := attrs.get("risk"):
            where &= of_risk(risk)
        if flag := attrs.get("flag"):
            where &= flagged(flag)
        if attrs.get("assigned_to_me"):
            where &= Q(assigned_to=self.context["request"].user.pk)
        if first := attrs.get("filed_from"):
            where &= Q(filed_at__gte=_midnight(first))
        if last := attrs.get("filed_to"):
            where &= Q(filed_at__lt=_midnight(last + timedelta(days=1)))
        if words := attrs.get("q"):
            where &= matching(words)
        return {**attrs, "where": where or None}


class ListQuery(Filters):
    size = serializers.IntegerField(required=False, default=PAGE_SIZE, min_value=1, max_value=BIGGEST_PAGE)
    cursor = serializers.CharField(required=False, max_length=300, help_text="from `next`; not to be made up")

    def validate_cursor(self, value: str) -> Cursor:
        try:
            filed_at, pk = signing.loads(value, salt=_SALT)
        except signing.BadSignature as error:
            raise serializers.ValidationError(
                _("Sidan finns inte. Börja om från första sidan."), "bad_cursor"
            ) from error
        return Cursor(datetime.fromisoformat(filed_at), pk)


class ChangesQuery(Strict):
    after = serializers.IntegerField(
        required=False, min_value=0, max_value=BIGGEST, help_text="the last position seen; leave out to learn it"
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
