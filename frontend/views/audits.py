"""The register of audits: what was recommended, who has answered, how far it has come, what disagrees (J01–J04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from deviations.models import ActionPlan, Activity, ProcessMeasure, Recommendation
from deviations.services import audits
from frontend import audits_page
from frontend.forms import audits as forms
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from orgs.models import Organisation


@require_safe
def listed(request: Request) -> HttpResponse:
    return render(request, "frontend/audits/list.html", audits_page.listed(request))


@require_safe
def recommendation(request: Request, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    return render(request, "frontend/audits/recommendation.html", audits_page.one(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def add_addressee(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    principals = Organisation.objects.filter(county=found.audit.county, parent__isnull=True).order_by("name")
    form = forms.AddresseeForm(sent(request), principals=principals)
    words = (_("Fler som ska svara"), _("Varje nämnd och styrelse svarar för sig."), _("Lägg till"))
    return _form(request, found, form, words, lambda given: audits.add_addressee(found, **given, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    found = _own(request, public_id)
    waiting = next((each for each in found.replies.all() if each.pk == pk), None)
    if waiting is None:
        raise Http404
    before = {name: getattr(waiting, name) for name in ("reply", "replied_on", "evidence")}
    form = forms.ReplyForm(sent(request), initial=before)
    words = (_("Svaret från %(who)s") % {"who": waiting.addressee}, found.text, _("Spara svaret"))
    return _form(request, found, form, words, lambda given: audits.record_reply(waiting, **given, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def set_status(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    words = (_("Nytt läge"), _("Tidigare bedömningar står kvar. Ingen ändras."), _("Spara läget"))
    form = forms.StatusForm(sent(request))
    return _form(request, found, form, words, lambda given: audits.set_status(found, **given, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    county = found.audit.county
    measures = ProcessMeasure.objects.filter(body__county=county, ended_on=None).order_by("name", "pk")
    adopted = Activity.objects.filter(plan__body__county=county).exclude(plan__status=ActionPlan.Status.DRAFT)
    form = forms.TiesForm(
        sent(request), recommendation=found, measures=measures, activities=adopted.order_by("title", "pk")
    )
    words = (_("Vad hör den ihop med?"), found.text, _("Spara"))
    return _form(request, found, form, words, lambda given: audits.link(found, **given, by=request.user))


def _found(request: Request, public_id: UUID) -> Recommendation:
    return get_object_or_404(audits.readable_recommendations(request.user), public_id=public_id)


def _own(request: Request, public_id: UUID) -> Recommendation:
    found = _found(request, public_id)
    allowed(audits.may_follow_up(request.user, found.audit.county))
    return found


def _form(
    request: Request, found: Recommendation, form: django_forms.Form, words: tuple[str, str, str],
    do: Callable[[dict[str, Any]], object],
) -> HttpResponse:  # fmt: skip
    title, lede, action = words
    back = reverse("recommendation", args=[found.public_id])
    crumbs = [(_("Revision"), reverse("recommendations")), (audits_page.name_of(found), back)]
    return answer(request, form, {"title": title, "lede": lede, "action": action, "crumbs": crumbs}, do, back)
