"""Möte, dagordning, närvaro, jäv och protokoll (B02, F03)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class Meeting(models.Model):
    """One meeting of one body. What it decides about a deviation takes effect when the minutes are approved."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planerat")
        RUNNING = "running", _("pågår")
        HELD = "held", _("hållet, protokoll ska justeras")
        APPROVED = "approved", _("protokoll justerat")
        CANCELLED = "cancelled", _("inställt")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    starts_at = models.DateTimeField(_("börjar"))
    place = models.CharField(_("plats"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="advances with every change, for live pages")
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.TextField(_("därför ställdes det in"), blank=True)
    diary_number = models.CharField(_("diarienummer"), max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.JSONField(default=dict, blank=True, help_text="the minutes as approved, frozen")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the frozen minutes")

    class Meta:
        indexes = [models.Index(fields=["body", "starts_at"], name="meetings_of_body")]

    def __str__(self) -> str:
        return f"{self.body} {self.starts_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """Punkt på dagordningen: one deviation, several together, an escalation, or something without deviations."""

    class Verb(models.TextChoices):
        DECIDES = "decides", _("Beslutar")
        RECOMMENDS = "recommends", _("Ställer sig bakom")
        ESCALATES = "escalates", _("Lyfter till styrande organ")
        TABLES = "tables", _("Bordlägger")
        NOTES = "notes", _("Antecknar")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("rubrik"), max_length=200)
    memo = models.TextField(_("underlag"), blank=True)
    deviations = models.ManyToManyField("deviations.Deviation", related_name="agenda_items", blank=True)
    escalation = models.ForeignKey(
        "deviations.Escalation", null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items"
    )
    verb = models.CharField(_("gruppen"), max_length=12, choices=Verb, blank=True)
    text = models.TextField(_("beslut"), blank=True)
    measures = models.JSONField(default=list, blank=True, help_text="measures agreed here, created at approval")
    sequence = models.PositiveIntegerField(default=0, help_text="of the meeting when this item last changed")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Attendance(models.Model):
    """Who takes part, as the organisation they represent. A name is written only if the body keeps names in minutes."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("närvarande")
        REMOTE = "remote", _("på distans")
        EXCUSED = "excused", _("förhinder anmält")
        ABSENT = "absent", _("frånvarande")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("företräder"), max_length=200)
    person_name = models.CharField(_("namn"), max_length=150, blank=True)
    duty = models.CharField(_("uppdrag"), max_length=60, blank=True, help_text="ordförande, sekreterare, justerare")
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.PRESENT)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "attendance"

    def __str__(self) -> str:
        return self.title


class Conflict(models.Model):
    """Jäv: this participant does not take part in deciding this item. It is written into the minutes."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="conflicts")
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="conflicts")
    reason = models.CharField(_("skäl"), max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "attendance"], name="one_conflict_per_item_and_seat")]

    def __str__(self) -> str:
        return self.reason


class DiaryEntry(models.Model):
    """Organets dagbok: what changed in a body's own work (meetings, plans, duties, mandate). Append-only, chained.

    A deviation's changes stand in its own history; these are the body's.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="diary")
    sequence = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["body", "sequence"]
        verbose_name_plural = "diary entries"
        constraints = [
            models.UniqueConstraint(fields=["body", "sequence"], name="diary_sequence_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="diary_starts_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id}/{self.sequence} {self.step}"
