"""Mönster: what recurs in a body's deviations, with its evidence, and what the group makes of it (B03, A16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from deviations.learning import evidence
from deviations.models import Pattern
from deviations.services import patterns as service
from frontend import pattern_page
from frontend.forms import learning
from frontend.refusals import CONFLICT
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from orgs.permissions import keys_of
from orgs.roles import Ability

Words = str | Promise
STEPS: Mapping[str, tuple[type[forms.Form], Words, Words]] = {
    # step              form               what it means                                            afterwards
    "accept": (
        learning.NameForm,
        gettext_lazy("Det är ett mönster. Gruppen följer det, och namnet kan stå i gruppens rapport."),
        gettext_lazy("Mönstret är bekräftat."),
    ),
    "name_theme": (
        learning.ThemeForm,
        gettext_lazy("Ett tema följs över tid och blir en tagg på avvikelserna. Det kan leda till en arbetsgrupp."),
        gettext_lazy("Temat är satt, och står som tagg på avvikelserna."),
    ),
    "escalate_pattern": (
        learning.LiftPatternForm,
        gettext_lazy("De av mönstrets avvikelser som är öppna lyfts tillsammans. Gruppen är fortfarande ansvarig."),
        gettext_lazy("Mönstret är lyft till det styrande organet."),
    ),
    "dismiss": (
        learning.DismissForm,
        gettext_lazy("Samsyn föreslår det inte igen. Om det växer syns det bland de avfärdade."),
        gettext_lazy("Mönstret är avfärdat."),
    ),
}


@require_safe
def listed(request: Request) -> HttpResponse:
    """Those of the person's bodies, by where they stand. 404 for who reads in no body."""
    if not keys_of(request.user).bodies.get(Ability.READ):
        raise Http404
    sections = pattern_page.listed(pattern_page.counted(request))
    return render(request, "frontend/learning/patterns.html", {"sections": sections})


@require_safe
def pattern(request: Request, public_id: UUID) -> HttpResponse:
    """One with its evidence, its deviations and what may be done with it."""
    return render(request, "frontend/learning/pattern.html", pattern_page.page(request, _readable(request, public_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """The page of one judgement. 403 for who only reads; 409 when the group has already judged."""
    found = _readable(request, public_id)
    if step not in STEPS:
        raise Http404
    allowed(service.may_judge(request.user, found))
    back = reverse("pattern", args=[public_id])
    if reason := service.refusal(found, step):
        context = {"reason": reason, "url": back, "url_label": _("Till mönstret")}
        return render(request, "409.html", context, status=CONFLICT)
    form_class, lede, thanks = STEPS[step]
    label = str(pattern_page.STEP_LABELS[step])
    words = {
        "title": f"{label}: {found.title}",
        "lede": lede,
        "action": label,
        "crumbs": [(_("Mönster"), reverse("patterns")), (found.title, back)],
    }
    form = form_class(sent(request), initial=_initial(found, step))

    def take(given: dict[str, Any]) -> None:
        service.JUDGEMENTS[step](found, **given, by=request.user)
        messages.success(request, str(thanks))

    return answer(request, form, words, take, back)


def _initial(found: Pattern, step: str) -> dict[str, str]:
    """What the form begins with: the numbers, and no word of any text."""
    if step != "escalate_pattern":
        return {"title": found.title, "theme": found.theme}
    numbers = f"{evidence.how_many(found.evidence)} {evidence.how_unusual(found.evidence)}"
    return {"title": found.theme or found.title, "summary": numbers}


def _readable(request: Request, public_id: UUID) -> Pattern:
    return get_object_or_404(service.readable_by(request.user), public_id=public_id)
