"""What is lifted to a steering body, what it sets up, and how principals carry decisions out (B03, B05, B06, B08)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class Escalation(models.Model):
    """Lyft till styrande organ: one deviation, several together, or a recurring pattern. Always de-identified.

    `summary` is what the steering body reads first; it is written for it and passes the identity guard.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("en avvikelse")
        BUNDLE = "bundle", _("flera avvikelser")
        PATTERN = "pattern", _("återkommande mönster")
        BOUNCED = "bounced", _("ingen tar ansvar")

    class Status(models.TextChoices):
        WAITING = "waiting", _("väntar")
        DECIDED = "decided", _("beslutad")
        RETURNED = "returned", _("återlämnad")
        WORKING_GROUP = "working_group", _("arbetsgrupp tillsatt")
        RAISED = "raised", _("lyft vidare")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="escalations_sent")
    to_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    title = models.CharField(_("rubrik"), max_length=160)
    summary = models.TextField(_("vad ni ber om"))
    deviations = models.ManyToManyField("deviations.Deviation", related_name="escalations")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("svar senast"), null=True, blank=True)
    answer = models.TextField(_("svar"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["to_body", "status", "sent_at"], name="steering_inbox")]

    def __str__(self) -> str:
        return self.title

    @property
    def outcome(self) -> str:
        """Its status in words. The answer of a body that may only recommend is called no decision (B05)."""
        if self.status == self.Status.DECIDED and not self.to_body.may_decide:
            return str(_("rekommendation lämnad"))
        return self.get_status_display()


class WorkingGroup(models.Model):
    """Tillfällig arbetsgrupp eller projekt, with the steering body as its steering group (B08)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("pågår")
        REPORTED = "reported", _("har redovisat")
        ENDED = "ended", _("avslutad")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    steering_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="working_groups")
    name = models.CharField(_("namn"), max_length=160)
    task = models.TextField(_("uppdrag"))
    members = models.JSONField(_("deltar"), default=list, blank=True, help_text="organisations' names, never persons'")
    escalation = models.ForeignKey(
        Escalation, null=True, blank=True, on_delete=models.PROTECT, related_name="working_groups"
    )
    deviations = models.ManyToManyField("deviations.Deviation", related_name="working_groups", blank=True)
    due_on = models.DateField(_("redovisas senast"))
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    report = models.TextField(_("redovisning"), blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Adoption(models.Model):
    """Huvudmannens verkställighet av ett beslut: one row for each principal asked.

    A body that may only recommend binds nobody (kommunalt självstyre): each principal answers for itself.
    """

    class Answer(models.TextChoices):
        WAITING = "waiting", _("har inte svarat")
        ADOPTED = "adopted", _("inför")
        PARTLY = "partly", _("inför delvis")
        DECLINED = "declined", _("inför inte")

    decision = models.ForeignKey("deviations.Decision", on_delete=models.PROTECT, related_name="adoptions")
    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adoptions")
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.WAITING)
    reason = models.TextField(_("skäl"), blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("svar senast"))
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carried_out_on = models.DateField(_("genomfört"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "principal"], name="principal_answers_once")]
        indexes = [
            models.Index(fields=["principal", "due_on"], condition=Q(answer="waiting"), name="adoptions_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.get_answer_display()}"
