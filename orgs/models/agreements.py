"""Agreements between principals, and the clauses a deviation can cite (E01, E05)."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models.counties import County


class Agreement(models.Model):
    """Överenskommelse. `valid_to` is the last day it holds."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="agreements")
    key = models.CharField(max_length=80)
    name = models.CharField(_("namn"), max_length=200)
    version = models.CharField(max_length=20, blank=True)
    decided_on = models.DateField(_("beslutad"), null=True, blank=True)
    decided_by = models.CharField(_("beslutad av"), max_length=120, blank=True)
    valid_from = models.DateField(_("gäller från"), null=True, blank=True)
    valid_to = models.DateField(_("gäller till och med"), null=True, blank=True)
    owner = models.CharField(_("ägare"), max_length=120, blank=True)
    parties = models.JSONField(_("parter"), default=list, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="agreement_key_once_per_county")]

    def __str__(self) -> str:
        return self.name

    def in_force_on(self, day: date) -> bool:
        """Whether it holds on that day, first and last day included. Unknown ends are open."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Clause(models.Model):
    """Punkt i en överenskommelse."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=80)
    number = models.CharField(_("punkt"), max_length=20, blank=True)
    title = models.CharField(_("rubrik"), max_length=200)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="clause_key_once_per_agreement")]

    def __str__(self) -> str:
        return f"{self.agreement.name}, {self.title}"
