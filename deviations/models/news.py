"""How far a person has read of what is new to them. Nobody else reads it, and it is never history."""

from django.conf import settings
from django.db import models


class NewsRead(models.Model):
    """Everything up to here is read: `position` in the outbox (history entry id), `at` for what is no deviation's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "news read"

    def __str__(self) -> str:
        return f"{self.user_id} {self.position}"


class NewsMark(models.Model):
    """One deviation that the person has read further than the rest: its newest entry that was read.

    Entries of one deviation are written under its row lock, so what comes later has a higher id.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deviation"], name="news_marked_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.deviation_id} {self.position}"
