"""What is asked, answered, decided and done about a deviation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class Statement(models.Model):
    """Yttrande: asked of one unit, with a last day, then given or declined by it."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("begärt")
        GIVEN = "given", _("lämnat")
        DECLINED = "declined", _("avböjt")
        PASSED_ON = "passed_on", _("lämnat vidare")

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="statements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statements")
    status = models.CharField(max_length=12, choices=Status, default=Status.REQUESTED)
    question = models.TextField(_("fråga"), blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("sista dag"))
    cause = models.TextField(_("orsak"), blank=True)
    measures = models.TextField(_("åtgärder"), blank=True)
    consequences = models.TextField(_("följder"), blank=True)
    follow_up = models.TextField(_("uppföljning"), blank=True)
    first_due_on = models.DateField(_("första sista dag"), null=True, blank=True, help_text="before any extension")
    extension_reason = models.TextField(_("därför förlängdes tiden"), blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="the unit said that this is its responsibility")
    passed_to = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("hör till")
    )
    decline_reason = models.CharField(_("skäl"), max_length=40, blank=True)
    decline_comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "status", "due_on"], name="statements_waiting"),
            models.Index(fields=["due_on"], condition=models.Q(status="requested"), name="statements_by_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_status_display()}"


class Decision(models.Model):
    """Beslut. `binding` is False when the body's mandate only lets it recommend (B05)."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="decisions")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    text = models.TextField(_("beslut"))
    binding = models.BooleanField(default=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agenda_item = models.ForeignKey(
        "deviations.AgendaItem", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    escalation = models.ForeignKey(
        "deviations.Escalation", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )

    def __str__(self) -> str:
        return self.text[:60]


class Measure(models.Model):
    """Åtgärd with owner, last day and a planned effect check (I02)."""

    class Effect(models.TextChoices):
        VERIFIED = "verified", _("effekt bekräftad")
        NOT_VERIFIED = "not_verified", _("ingen effekt")
        TOO_EARLY = "too_early", _("för tidigt att säga")

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="measures")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("åtgärd"))
    due_on = models.DateField(_("klar senast"))
    check_on = models.DateField(_("effekt kontrolleras"))
    sign = models.TextField(_("tecken på att det hjälpte"))
    carried_out_at = models.DateTimeField(null=True, blank=True)
    effect = models.CharField(max_length=16, choices=Effect, blank=True)
    effect_comment = models.TextField(blank=True)
    effect_checked_at = models.DateTimeField(null=True, blank=True)
    stalled_at = models.DateTimeField(null=True, blank=True, help_text="the alarm that it stands still has gone")
    postponed_reason = models.TextField(_("därför flyttades dagen"), blank=True)

    def __str__(self) -> str:
        return self.text[:60]


class Invitation(models.Model):
    """A person invited by name to one deviation. It opens that deviation only, until it is withdrawn."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("därför"), max_length=200)
    invited_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deviation", "user"], condition=models.Q(ended_at__isnull=True), name="one_open_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.reason}"


class Note(models.Model):
    """An internal note of one body: read by those who handle there, never by another party."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="notes")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.text[:60]
