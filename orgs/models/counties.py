"""A county is data: its profile, every version kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.roles import permissions_on


class County(models.Model):
    """Län. Every key that is searched starts here, so that tables can be distributed by county."""

    code = models.CharField(_("länskod"), max_length=2, unique=True, help_text="SCB")
    slug = models.SlugField(unique=True)
    name = models.CharField(_("namn"), max_length=80)

    class Meta:
        ordering = ["code"]
        permissions = permissions_on("county")

    def __str__(self) -> str:
        return self.name


class ProfileVersion(models.Model):
    """One version of a county's profile, as written (YAML) and as validated (JSON). Never changed once stored."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="profile_versions")
    number = models.PositiveIntegerField(_("version"))
    active_from = models.DateField(_("gäller från"))
    source = models.TextField(_("så skriven"))
    document = models.JSONField(_("innehåll"))
    checksum = models.CharField(max_length=64)
    activated_at = models.DateTimeField(auto_now_add=True)
    activated_by = models.ForeignKey("orgs.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["county", "-number"]
        constraints = [models.UniqueConstraint(fields=["county", "number"], name="profile_number_once_per_county")]
        indexes = [models.Index(fields=["county", "-active_from", "-number"], name="profile_in_force")]

    def __str__(self) -> str:
        return f"{self.county} {self.number}"
