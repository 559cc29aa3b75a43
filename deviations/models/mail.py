"""E-mail on its way: one row per letter, written in the transaction of what it tells, sent by a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """A letter to one person. It carries no content of any deviation: what happened is read where one logs in.

    `key` says what it is about, so that the same letter is written once however often its cause is met again. A worker
    takes it by setting `claimed_until`; one that dies meanwhile leaves it to the next when that time has passed.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("påminnelse")
        FEEDBACK = "feedback", _("återkoppling")
        ASKED = "asked", _("fråga till dig")
        ALARM = "alarm", _("något står still")
        DIGEST = "digest", _("sammanfattning")
        NEWS = "news", _("nyhet")

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    deviation = models.ForeignKey(
        "deviations.Deviation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    template = models.CharField(max_length=60, help_text="which letter; its words are templates, never stored")
    facts = models.JSONField(default=dict, blank=True, help_text="dates and addresses of pages; never what was said")
    due_at = models.DateTimeField(help_text="not sent before")
    in_digest = models.BooleanField(default=False, help_text="told in the day's summary, never alone")
    gathered_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="gathered")
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="its cause was gone before it was sent")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="given up, and shown to the administrators")
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(
                    sent_at__isnull=True, cancelled_at__isnull=True, failed_at__isnull=True, gathered_in__isnull=True
                ),
                name="mail_waiting",
            ),
            models.Index(fields=["failed_at"], condition=models.Q(failed_at__isnull=False), name="mail_given_up"),
        ]

    def __str__(self) -> str:
        return self.key
