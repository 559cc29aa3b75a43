"""The principals' side of a decision: what they are asked, their answer, and when it is done at home (B05, B06)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from deviations.models import Adoption, Deviation
from deviations.services import adopting
from frontend.forms.steering import AdoptionForm, CarriedOutForm
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability

LATEST = 50


@require_safe
def adoptions(request: Request) -> HttpResponse:
    """What waits for the answer of the person's principals, soonest first, and what they have answered."""
    return render(request, "frontend/adoption/list.html", _listed(request))


@require_safe
def moving(request: Request) -> HttpResponse:
    """The lists, exactly as the page has them."""
    return render(request, "frontend/adoption/moving.html", _listed(request))


def _listed(request: Request) -> dict[str, Any]:
    keys = keys_of(request.user)
    if not keys.principals.get(Ability.ANSWER) and not keys.principals.get(Ability.READ):
        raise Http404
    found = adopting.readable_by(request.user)
    waiting = found.filter(answer=Adoption.Answer.WAITING).order_by("due_on", "pk")
    to_do = found.filter(answer__in=adopting.CARRYING_OUT, carried_out_on__isnull=True).order_by("answered_at", "pk")
    rest = found.exclude(answer=Adoption.Answer.WAITING).exclude(pk__in=to_do.order_by().values("pk"))
    return {
        "waiting": list(waiting[:LATEST]),
        "to_do": list(to_do[:LATEST]),
        "answered": list(rest.order_by("-answered_at", "-pk")[:LATEST]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def answer_adoption(request: Request, pk: int) -> HttpResponse:
    """What was decided and about what, and the principal's answer. The deviation itself is not here."""
    adoption = _adoption(request, pk)
    initial = {"answer": adoption.answer, "reason": adoption.reason}
    form = AdoptionForm(request.POST if request.method == "POST" else None, initial=initial)
    return _answered(request, adoption, form, adopting.answer_adoption, _("Tack. Ert svar är registrerat."))


@require_http_methods(["GET", "HEAD", "POST"])
def carry_out_adoption(request: Request, pk: int) -> HttpResponse:
    """When it was done at home."""
    adoption = _adoption(request, pk)
    form = CarriedOutForm(request.POST if request.method == "POST" else None)
    return _answered(request, adoption, form, adopting.carry_out_adoption, _("Noterat som genomfört."))


def _adoption(request: Request, pk: int) -> Adoption:
    adoption = get_object_or_404(adopting.readable_by(request.user), pk=pk)
    if not adopting.may_answer(request.user, adoption):
        raise PermissionDenied(_("Bara den som svarar för huvudmannen själv kan göra det här."))
    return adoption


def _answered(request: Request, adoption: Adoption, form: Any, do: Any, thanks: str) -> HttpResponse:
    status: int | None = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            status = attempt(request, form, lambda: do(adoption, **form.given(), by=request.user))
    if status is None:
        messages.success(request, thanks)
        return redirect("adoptions")
    context = {"form": form, "adoption": adoption, **_about(request, adoption.decision.deviation)}
    return render(request, "frontend/adoption/answer.html", context, status=status)


def _about(request: Request, deviation: Deviation) -> dict[str, Any]:
    """Category and clause; a link to the deviation only for those who read it anyway."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    category = profile_of(deviation.profile_version_id).category(deviation.category).name
    visible = Deviation.objects.visible_to(request.user).filter(pk=deviation.pk).exists()
    return {"category": category, "clause": deviation.clause, "opens": deviation if visible else None}
