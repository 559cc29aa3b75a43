"""What makes a coordinator's day short: saved views, standard texts, links between deviations, who looks at what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Body


class SavedView(models.Model):
    """A name for a set of filters. Its own person's, or shared with all who handle in the body."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="saved_views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("namn"), max_length=60)
    query = models.CharField(max_length=500, help_text="as in the address bar, without paging")
    shared = models.BooleanField(_("delad med gruppen"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "user", "name"], name="view_name_once_per_person")]

    def __str__(self) -> str:
        return self.name


class StandardText(models.Model):
    """Standardtext of a body for one step, and for one category or all (empty)."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="standard_texts")
    step = models.CharField(_("steg"), max_length=32)
    category = models.CharField(_("kategori"), max_length=80, blank=True)
    name = models.CharField(_("namn"), max_length=80)
    text = models.TextField(_("text"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["body", "step"], name="texts_for_step")]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """Two deviations that a group has put beside each other. The history of both says so."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey("deviations.Deviation", on_delete=models.PROTECT, related_name="linked_from")
    reason = models.CharField(_("därför"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deviation", "other"], name="linked_once"),
            models.CheckConstraint(condition=~models.Q(deviation=models.F("other")), name="not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.deviation_id}–{self.other_id}"


class Looking(models.Model):
    """Who has which deviation open just now, for "Bo tittar på den här". Forgotten after a minute; never history."""

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "looking"
        constraints = [models.UniqueConstraint(fields=["deviation", "user"], name="looks_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.deviation_id}"
