"""What is sent when filing: the fields of `deviations.services.form.Filing`, by the ids and codes of the lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api.parsing import Strict
from api.problems import FieldProblem
from api.serializers.deviations import DeviationListed, RoutingShown
from api.serializers.fields import Day, FreeText, OrganisationById
from deviations.errors import Invalid
from deviations.models import Deviation, Precedent
from deviations.services.form import Filing


@extend_schema_field(serializers.UUIDField())
class PrecedentById(serializers.SlugRelatedField[Precedent]):
    """By the id that its address has."""


class FilingGiven(Strict):
    """An organisation by id, everything else by the codes of the county's profile."""

    reporting_unit = OrganisationById()
    receiving_units = serializers.ListField(child=OrganisationById(), required=False, max_length=10)
    happened = FreeText(required=False)
    occurred_on = Day(required=False, allow_null=True)
    category = serializers.CharField(required=False, allow_blank=True, max_length=80)
    kind = serializers.ChoiceField(required=False, choices=Deviation.Kind.choices)
    age = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=120)
    target_group = serializers.CharField(required=False, allow_blank=True, max_length=40)
    comment = FreeText(required=False)
    suggestion = FreeText(required=False)
    consequence_person = serializers.CharField(required=False, allow_blank=True, max_length=40)
    consequence_organisation = serializers.CharField(required=False, allow_blank=True, max_length=40)
    clause = serializers.CharField(
        required=False, allow_blank=True, max_length=120, help_text='"agreement" or "agreement/clause", by key'
    )
    cites = PrecedentById(
        slug_field="public_id", queryset=Precedent.objects.all(), required=False, allow_null=True,
        error_messages={"does_not_exist": _("Avgörandet finns inte i ditt län."), "invalid": _("Ange avgörandets id.")},
        help_text="a precedent of the county that the reporter refers to, by id",
    )  # fmt: skip
    problem_area = serializers.CharField(required=False, allow_blank=True, max_length=80)
    care_level = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=4)
    solved_on_the_spot = serializers.BooleanField(required=False)
    occurrences = serializers.IntegerField(
        required=False, min_value=1, max_value=999, help_text="more than 1 when a frequent mild event is filed together"
    )
    tags = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=20)
    local_reference = serializers.CharField(
        required=False, allow_blank=True, max_length=120, help_text="stays with the reporting principal"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("receiving_units", "tags"):
            if name in attrs:
                attrs[name] = tuple(attrs[name])
        return attrs


class DraftChanged(FilingGiven):
    """Only what changed since the draft was kept."""

    reporting_unit = OrganisationById(required=False)


def filing_from(given: dict[str, Any]) -> Filing:
    return Filing(**given)


class DraftList(serializers.Serializer[Any]):
    results = DeviationListed(many=True)


class IdempotencyKey(serializers.Serializer[Any]):
    """The header, checked like a field."""

    key = serializers.RegexField(
        r"^[\x21-\x7e]{8,80}$",
        error_messages={
            "required": _("Skicka rubriken Idempotency-Key, så att samma avvikelse aldrig lagras två gånger."),
            "invalid": _("Idempotency-Key är 8 till 80 synliga tecken utan mellanslag, till exempel ett UUID."),
        },
    )

    @classmethod
    def of(cls, request: Request) -> str:
        sent = request.headers.get("Idempotency-Key")
        header = cls(data={} if sent is None else {"key": sent})
        if not header.is_valid():
            raise Invalid({"Idempotency-Key": [(fault.code, str(fault)) for fault in header.errors["key"]]})
        key: str = header.validated_data["key"]
        return key


class FindingShown(serializers.Serializer[Any]):
    """What the privacy guard saw. `start` and `end` count characters; what `blocks` must be removed."""

    field = serializers.CharField()
    code = serializers.CharField()
    blocks = serializers.BooleanField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()
    message = serializers.CharField()
    suggestion = serializers.CharField(allow_blank=True)


class PreviewShown(serializers.Serializer[Any]):
    """What filing would lead to. Nothing is stored. `routing` is null until enough is filled in."""

    routing = RoutingShown(allow_null=True)
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # a field of that name
    findings = FindingShown(many=True)
