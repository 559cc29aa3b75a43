"""Versions of a county's profile, and what a new one would change."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import Day
from orgs.profiles.loader import MAX_BYTES


class SourceGiven(Strict):
    source = serializers.CharField(max_length=MAX_BYTES, trim_whitespace=False, help_text="the profile as YAML")  # type: ignore[assignment]  # a field of that name


class ActivationGiven(SourceGiven):
    active_from = Day(help_text="the first day that it holds")


class VersionShown(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    active_from = serializers.DateField()
    activated_at = serializers.DateTimeField()
    checksum = serializers.CharField()
    in_force = serializers.SerializerMethodField()

    def get_in_force(self, version: Any) -> bool:
        return bool(version.pk == self.context["in_force"])


class VersionWhole(VersionShown):
    source = serializers.CharField(help_text="the profile as it was written, YAML")  # type: ignore[assignment]  # a field of that name


class DifferenceShown(serializers.Serializer[Any]):
    path = serializers.CharField()
    what = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class MoveShown(serializers.Serializer[Any]):
    reference = serializers.CharField()
    category = serializers.CharField()
    age = serializers.IntegerField(allow_null=True)
    before = serializers.CharField()
    after = serializers.CharField()
    why = serializers.CharField()


class DryRunShown(serializers.Serializer[Any]):
    seen = serializers.IntegerField()
    stay = serializers.IntegerField()
    moved = serializers.IntegerField()
    moves = MoveShown(many=True)
    unroutable = serializers.DictField(child=serializers.IntegerField())


class CheckShown(serializers.Serializer[Any]):
    """The profile can be used: its routing is proved over `points` situations. Nothing is stored."""

    points = serializers.IntegerField()
    differences = DifferenceShown(many=True, help_text="against the version in force")
    dry_run = DryRunShown(help_text="every past deviation, routed by the new profile")
