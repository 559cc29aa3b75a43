"""Who is concerned by a deviation: one row each. The permission rule reads nothing else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class Party(models.Model):
    """One party of one deviation: a unit (with its principal beside), a body, or a person.

    The rows carry `filed_at` so that the newest page per key comes straight from one index, whoever reads.
    """

    class Role(models.TextChoices):
        REPORTING = "reporting", _("rapporterande enhet")
        RECEIVING = "receiving", _("mottagande enhet")
        ACCOUNTABLE = "accountable", _("ansvarigt organ")
        INFORMED = "informed", _("informerat organ")
        STEERING = "steering", _("styrande organ")
        FORMER = "former", _("tidigare ansvarigt organ")
        STAND_IN = "stand_in", _("tar emot i stället")
        INVITED = "invited", _("inbjuden")
        REPORTER = "reporter", _("rapportör")

    deviation = models.ForeignKey("deviations.Deviation", on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=12, choices=Role)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    principal = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    shown_as = models.CharField(max_length=200, help_text="the name when it became a party")
    filed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, principal__isnull=False, body__isnull=True, person__isnull=True)
                | Q(organisation__isnull=True, principal__isnull=True, body__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, principal__isnull=True, body__isnull=True, person__isnull=False),
                name="party_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["deviation"], condition=Q(role="accountable"), name="one_accountable_body_per_deviation"
            ),
            models.UniqueConstraint(
                fields=["deviation", "role", "body"], condition=Q(body__isnull=False), name="body_once_per_role"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-filed_at", "-deviation"],
                condition=Q(organisation__isnull=False),
                name="party_by_organisation",
            ),
            models.Index(
                fields=["principal", "-filed_at", "-deviation"],
                condition=Q(principal__isnull=False),
                name="party_by_principal",
            ),
            models.Index(
                fields=["body", "-filed_at", "-deviation"], condition=Q(body__isnull=False), name="party_by_body"
            ),
            models.Index(
                fields=["body"], condition=Q(role__in=["stand_in", "steering"]), name="body_beside_the_accountable"
            ),
            models.Index(
                fields=["person", "-filed_at", "-deviation"], condition=Q(person__isnull=False), name="party_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.shown_as}"
