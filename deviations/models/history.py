"""The spine: what happened, in order, so that tampering shows. And apart from it: who read what is sensitive."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class HistoryIsAppendOnly(RuntimeError):
    """An entry was about to be changed or removed."""


class HistoryEntry(models.Model):
    """One change of one deviation. Written by `deviations.history.record` only, in the change's own transaction.

    `data` holds facts of the change without any identity. `hash` covers the entry and the hash before it.
    The primary key is the outbox position; live updates, mail, webhooks and process measures read from here.
    """

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="history")
    sequence = models.PositiveIntegerField()
    step = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    acting_for = models.CharField(
        _("för"), max_length=200, blank=True, help_text="as shown to others: never a person's name"
    )
    data = models.JSONField(default=dict, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["deviation", "sequence"]
        verbose_name_plural = "history entries"
        constraints = [models.UniqueConstraint(fields=["deviation", "sequence"], name="history_sequence_once")]

    def __str__(self) -> str:
        return f"{self.deviation_id}/{self.sequence} {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsAppendOnly("history entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise HistoryIsAppendOnly("history entries are never removed")


class AccessLogEntry(models.Model):
    """Åtkomstlogg: who read a sensitive part of a deviation, and when (GDPR, patient data practice)."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="access_log")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    part = models.CharField(max_length=40, help_text="local_reference, reporter, …")
    channel = models.CharField(max_length=12, default="page", help_text="page, api, export")

    class Meta:
        verbose_name_plural = "access log entries"
        indexes = [models.Index(fields=["deviation", "-at"], name="access_by_deviation")]

    def __str__(self) -> str:
        return f"{self.part} {self.at}"
