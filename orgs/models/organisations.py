"""The tree of principals, administrations and units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.counties import County
from orgs.roles import permissions_on


class Organisation(models.Model):
    """Huvudman → förvaltning → enhet. The root is the principal; a right on an organisation reaches its subtree."""

    class Kind(models.TextChoices):
        REGION = "region", _("Region")
        MUNICIPALITY = "municipality", _("Kommun")
        SCHOOL = "school", _("Fristående skola")
        PRIVATE = "private", _("Privat vårdgivare")

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="organisations")
    key = models.CharField(max_length=120, help_text="stable id in the county's profile")
    kind = models.CharField(_("slag av huvudman"), max_length=20, choices=Kind)
    unit_kind = models.CharField(_("slag av verksamhet"), max_length=60, blank=True)
    name = models.CharField(_("namn"), max_length=160)
    aliases = models.JSONField(_("kallas också"), default=list, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    principal = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the root; itself for a root",
    )
    path = models.CharField(max_length=120, db_index=True, help_text="/root id/…/own id/, for subtrees")
    municipality_code = models.CharField(_("kommunkod"), max_length=4, blank=True, help_text="SCB")
    orgnr = models.CharField(_("organisationsnummer"), max_length=11, blank=True)
    valid_from = models.DateField(_("från"), null=True, blank=True)
    valid_to = models.DateField(_("till och med"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="organisation_key_once_per_county")]
        permissions = permissions_on("organisation")

    def __str__(self) -> str:
        return self.name

    @property
    def is_principal(self) -> bool:
        return self.parent_id is None

    @property
    def full_name(self) -> str:
        """Unit and principal as a person says it: "Elevhälsan, Karlskrona kommun". Reads `principal`: select it."""
        if self.is_principal or self.principal is None:
            return self.name
        return f"{self.name}, {self.principal.name}"
