"""Tvist: two readings of who is responsible, who acts meanwhile, the decision, and what others learn of it (L01)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, County, Organisation


class Dispute(models.Model):
    """A disagreement about responsibility or financing in one deviation. At most one is open at a time.

    `interim_responsible` acts from the moment it is set, "med barnets bästa i fokus", whatever the decision becomes.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("pågår")
        DECIDED = "decided", _("avgjord")
        SETTLED = "settled", _("parterna har enats")

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="disputes")
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    question = models.TextField(_("tvistefråga"))
    clause_key = models.CharField(_("punkt"), max_length=120, blank=True, help_text="agreement or agreement/clause")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_for = models.CharField(max_length=200, help_text="the party, as shown to others")
    due_on = models.DateField(_("avgörs senast"))
    interim_responsible = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ansvarar nu")
    )
    interim_reason = models.TextField(_("därför"), blank=True)
    interim_from = models.DateTimeField(null=True, blank=True)
    responsible = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ansvarig")
    )
    decision = models.TextField(_("avgörande"), blank=True)
    binding = models.BooleanField(default=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deviation"], condition=Q(status="open"), name="one_open_dispute_per_deviation"
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(status="open"), name="disputes_waiting")]

    def __str__(self) -> str:
        return self.question[:60]


class DisputeView(models.Model):
    """One side's reading. A side may write again; every version stays."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="views")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("vår syn"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Precedent(models.Model):
    """Vägledande avgörande: what a decided dispute teaches, written anew for all of the county, without the persons.

    It is read by everyone with a role in the county and shown at the next similar filing.
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="precedents")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="precedent")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="precedents")
    title = models.CharField(_("rubrik"), max_length=160)
    situation = models.TextField(_("situation"))
    outcome = models.TextField(_("vad som gäller"))
    category = models.CharField(max_length=80, blank=True)
    clause_key = models.CharField(max_length=120, blank=True)
    problem_area = models.CharField(max_length=80, blank=True)
    kinds = models.JSONField(default=list, blank=True, help_text="unit kinds of the two sides, for likeness")
    search_stems = models.TextField(blank=True, editable=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="a later agreement or decision replaced it")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["county", "category"], name="precedents_by_category")]

    def __str__(self) -> str:
        return self.title
