"""Recurring patterns that are proposed to a group, and cases rewritten for others to learn from (B03, A16, C03)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body


class Pattern(models.Model):
    """Återkommande mönster: proposed by Samsyn with its evidence, judged by the group. Dismissed, it stays dismissed.

    `signature` is the pattern's identity (what its deviations have in common), so that it is proposed once; `evidence`
    says how unusual that is, in numbers that `deviations.learning.evidence` puts in words.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("föreslaget")
        ACCEPTED = "accepted", _("bekräftat")
        THEME = "theme", _("tema")
        ESCALATED = "escalated", _("lyft")
        DISMISSED = "dismissed", _("avfärdat")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="patterns")
    signature = models.CharField(max_length=64)
    title = models.CharField(_("mönster"), max_length=160)
    theme = models.CharField(_("tema"), max_length=60, blank=True)
    evidence = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    reason = models.TextField(_("skäl"), blank=True)
    deviations = models.ManyToManyField("deviations.Deviation", related_name="patterns")
    escalation = models.ForeignKey(
        "deviations.Escalation", null=True, blank=True, on_delete=models.PROTECT, related_name="patterns"
    )
    found_at = models.DateTimeField()
    seen_again_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_count = models.PositiveIntegerField(null=True, blank=True, help_text="deviations when it was judged")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "signature"], name="pattern_proposed_once"),
            models.CheckConstraint(condition=~Q(status="dismissed") | ~Q(reason=""), name="dismissed_with_reason"),
        ]
        indexes = [models.Index(fields=["body", "status", "-found_at"], name="patterns_of_body")]

    def __str__(self) -> str:
        return self.title


class PatternSearch(models.Model):
    """When a body's deviations were last gone through, and how far: once a day, and only when something has come."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="pattern_search")
    looked_on = models.DateField()
    newest = models.DateTimeField(null=True, blank=True, help_text="filed_at of the newest that was looked at")

    def __str__(self) -> str:
        return f"{self.body_id} {self.looked_on}"


class LearningCase(models.Model):
    """Lärfall: a deviation told anew so that nobody can be known by it. Leaves only when the reporter's side says yes.

    The only way in which anything of a free text leaves the parties. Written by the group, read and approved by those
    who may read the reporter at home (unit manager or safety officer), who may also say no, with a reason.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("skrivs")
        ASKED = "asked", _("väntar på godkännande")
        APPROVED = "approved", _("godkänt")
        DECLINED = "declined", _("inte godkänt")
        WITHDRAWN = "withdrawn", _("återtaget")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="learning_cases")
    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="learning_cases")
    title = models.CharField(_("rubrik"), max_length=120)
    happened = models.TextField(_("det som hände, omskrivet"))
    learning = models.TextField(_("det vi lärde"))
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("skäl"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deviation"], condition=~Q(status__in=["declined", "withdrawn"]), name="one_case_per_deviation"
            )
        ]
        indexes = [models.Index(fields=["body", "status"], name="learning_cases_of_body")]

    def __str__(self) -> str:
        return self.title
