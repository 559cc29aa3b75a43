"""Has a person at the accountable body seen it? Tracked apart from the state (B04)."""

from django.conf import settings
from django.db import models

from orgs.models import Body


class Delivery(models.Model):
    """One delivery to one body. Stuck when `due_at` has passed and nobody has seen it; then retried and alarmed."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.CASCADE, related_name="deliveries")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="deliveries")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    alarmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="handed over before anyone saw it")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(seen_at__isnull=True, ended_at__isnull=True),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.deviation_id} → {self.body}"
