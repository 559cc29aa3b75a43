"""Learning cases: at most three, rewritten and approved by the reporter's side (D02, C03)."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.models import LearningCase
from deviations.reports.basis import Basis
from deviations.reports.content import Case, Section
from orgs.models import Body

SHOWN = 3


def cases(basis: Basis) -> Section | None:
    """The newest of those that were approved in the period. Nothing else of any deviation's text is in a report."""
    found = list(_approved(basis)[:SHOWN])
    if not found:
        return None
    return Section(
        id="cases",
        title=ngettext("Ett fall att lära av", "%(n)d fall att lära av", len(found)) % {"n": len(found)},
        deck=_("Omskrivna så att ingen känns igen, och godkända hos den som anmälde."),
        blocks=tuple(
            Case(id=f"case-{case.public_id}", title=case.title, happened=case.happened, learning=case.learning)
            for case in found
        ),
    )


def _approved(basis: Basis) -> "models.QuerySet[LearningCase]":
    days = (basis.period.first, basis.period_end)
    found = LearningCase.objects.filter(
        body__in=bodies_of(basis), status=LearningCase.Status.APPROVED, answered_at__date__range=days,
        answered_at__lte=basis.cut_off,
    )  # fmt: skip
    return found.order_by("-answered_at", "-pk")


def bodies_of(basis: Basis) -> set[int]:
    """The bodies of the report's scope: itself, and with "all:" everything that it steers, however far down."""
    found = {basis.body.pk}
    if not basis.scope.startswith("all:"):
        return found
    below = list(Body.objects.filter(county=basis.body.county_id).values_list("pk", "steering_body_id"))
    while new := {pk for pk, above in below if above in found} - found:
        found |= new
    return found
