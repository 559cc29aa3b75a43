"""Collaboration bodies and their mandates."""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.counties import County
from orgs.roles import permissions_on


class Body(models.Model):
    """Samverkansorgan: a collaboration group, a steering body or a political body."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="bodies")
    key = models.CharField(max_length=80, help_text="stable id in the county's profile")
    name = models.CharField(_("namn"), max_length=160)
    kind = models.CharField(_("slag"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("nivå"), null=True, blank=True)
    may_decide = models.BooleanField(_("får besluta"), default=True, help_text="False: may only recommend")
    steering_body = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="steered",
        verbose_name=_("styrande organ"),
    )
    names = models.JSONField(
        default=list, blank=True, help_text='[{"id", "name", "until"}], former names, oldest first'
    )
    cadence = models.JSONField(default=dict, blank=True)
    dormant_since = models.DateField(_("vilande sedan"), null=True, blank=True, help_text="said by people, not guessed")
    valid_from = models.DateField(_("från"), null=True, blank=True)
    valid_to = models.DateField(_("till och med"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "bodies"
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="body_key_once_per_county")]
        permissions = permissions_on("body")

    def __str__(self) -> str:
        return self.name

    def in_force_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def name_on(self, day: date) -> str:
        """The name the body had on that day, with today's name beside when it has changed: "L-IFO (nu SamReKo)"."""
        former: dict[str, Any]
        for former in self.names:
            if former.get("until") and day.isoformat() <= former["until"]:
                return _("%(then)s (nu %(now)s)") % {"then": former["name"], "now": self.name}
        return self.name


class Mandate(models.Model):
    """Uppdragsbeskrivning, every version. A missing or expired one is shown, never a reason to drop a case (F01)."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mandates")
    version = models.CharField(max_length=20, default="1")
    text = models.TextField(blank=True)
    status = models.CharField(max_length=20, default="in_force")
    decided_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "version"], name="mandate_version_once_per_body")]

    def __str__(self) -> str:
        return f"{self.body} {self.version}"
