"""Registers that the work needs: who knows an agreement, how a unit is reached, and when it was not (B09, E04)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.agreements import Agreement
from orgs.models.organisations import Organisation


class Acknowledgement(models.Model):
    """A unit's answer about one agreement: known, accepted, applied. The newest row counts, older ones stay (E04)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acknowledgements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="acknowledgements")
    known = models.BooleanField(_("känd"))
    accepted = models.BooleanField(_("accepterad"))
    applied = models.BooleanField(_("tillämpad"))
    comment = models.TextField(_("kommentar"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["agreement", "organisation", "-at"], name="newest_acknowledgement")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.agreement}"


class ContactRoute(models.Model):
    """How partners reach a unit, with its staffing promise. From the profile, or written by the unit itself (B09)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contact_routes")
    name = models.CharField(_("kontaktväg"), max_length=160)
    hours = models.CharField(_("bemannad"), max_length=200, blank=True)
    phone = models.CharField(_("telefon"), max_length=60, blank=True)
    from_profile = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="contact_route_named_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"


class FailedContact(models.Model):
    """One click: nobody answered. Counted per route; says which unit tried, and nothing about whom it concerned."""

    route = models.ForeignKey(ContactRoute, on_delete=models.PROTECT, related_name="failures")
    tried_by_unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["route", "-at"], name="failures_of_route")]

    def __str__(self) -> str:
        return f"{self.route_id} {self.at}"
