"""Lärfall: the county's library, one of them, writing it, and the yes or no of the reporter's side (C03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

from deviations.models import Deviation, LearningCase
from deviations.services import learning_cases as service
from frontend import follow_page
from frontend.forms.learning import CaseForm, NoForm, NothingForm
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from orgs.permissions import Denied

MOST = 60
S = LearningCase.Status


@dataclass(frozen=True)
class Step:
    """`ours`: the group's own; otherwise the reporter's side takes it."""

    form: type[forms.Form]
    label: str | Promise
    lede: str | Promise
    thanks: str | Promise
    states: frozenset[str]
    ours: bool = True


STEPS: Mapping[str, Step] = {
    "ask_case": Step(
        NothingForm,
        gettext_lazy("Be om godkännande"),
        gettext_lazy("Chefen, och MAS, SAS eller chefläkare hos den som anmälde får ett brev utan innehåll."),
        gettext_lazy("Frågan är ställd. Svaret syns här."),
        frozenset({S.DRAFT}),
    ),
    "change_case": Step(
        CaseForm,
        gettext_lazy("Ändra"),
        gettext_lazy("Det går tills ni har bett om godkännande."),
        gettext_lazy("Lärfallet är ändrat."),
        frozenset({S.DRAFT}),
    ),
    "approve_case": Step(
        NothingForm,
        gettext_lazy("Godkänn"),
        gettext_lazy("Alla i länet kan läsa det, och det kan stå i rapporter. Ingen ska kunna kännas igen."),
        gettext_lazy("Tack. Nu kan andra lära av det."),
        frozenset({S.ASKED}),
        ours=False,
    ),
    "decline_case": Step(
        NoForm,
        gettext_lazy("Säg nej"),
        gettext_lazy("Gruppen läser skälet och kan skriva ett nytt. Inget lämnar er förrän ni säger ja."),
        gettext_lazy("Svaret är lämnat. Lärfallet delas inte."),
        frozenset({S.ASKED, S.APPROVED}),
        ours=False,
    ),
    "withdraw_case": Step(
        NothingForm,
        gettext_lazy("Ta tillbaka"),
        gettext_lazy("Det går tills det står i en fastställd rapport."),
        gettext_lazy("Lärfallet är tillbakataget."),
        frozenset({S.DRAFT, S.ASKED, S.APPROVED}),
    ),
}


@require_safe
def listed(request: Request) -> HttpResponse:
    """What waits for the person's answer, what their group works on, and what has been approved in the county."""
    rows = list(service.readable_by(request.user)[:MOST])
    waiting = list(service.to_answer(request.user)[:MOST])
    context = {
        "waiting": waiting,
        "working": [row for row in rows if row.status in (S.DRAFT, S.ASKED, S.DECLINED) and row not in waiting],
        "approved": [row for row in rows if row.status == S.APPROVED],
    }
    return render(request, "frontend/learning/cases.html", context)


@require_safe
def case(request: Request, public_id: UUID) -> HttpResponse:
    """One whole. The deviation is linked for those who see it, and for nobody else."""
    found = _readable(request, public_id)
    sees = Deviation.objects.visible_to(request.user).filter(pk=found.deviation_id).exists()
    handles = bool(service.may_handle(request.user, found))
    answers = service.may_answer(request.user, found)
    offered = [
        (name, step.label)
        for name, step in STEPS.items()
        if found.status in step.states and (handles if step.ours else bool(answers))
    ]
    context = {"case": found, "sees": sees, "steps": offered, "asked": found.status == S.ASKED}
    return render(request, "frontend/learning/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, public_id: UUID) -> HttpResponse:
    """Tell a deviation anew, with its own text beside."""
    deviation = follow_page.visible(request, public_id)
    allowed(service.may_write(request.user, deviation))
    back = reverse("deviation", args=[public_id])
    before = deviation.learning_cases.order_by("-pk").first()
    words = {
        "title": _("Skriv ett lärfall"),
        "lede": _("Berätta avvikelsen på nytt, så att andra kan lära av den och ingen känns igen."),
        "action": _("Spara"),
        "crumbs": [(deviation.reference, back)],
    }
    form = CaseForm(sent(request), initial=_texts(before))

    def take(given: dict[str, Any]) -> None:
        service.write_case(deviation, **given, by=request.user)
        messages.success(request, _("Lärfallet är sparat. Be om godkännande när ni är klara."))

    return answer(request, form, words, take, back)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """The page of one step."""
    found = _readable(request, public_id)
    if step not in STEPS:
        raise Http404
    page, back = STEPS[step], reverse("case", args=[public_id])
    allowed(_may(request, found, ours=page.ours))
    words = {
        "title": f"{page.label}: {found.title}",
        "lede": page.lede,
        "action": page.label,
        "crumbs": [(_("Lärfall"), reverse("cases")), (found.title, back)],
    }
    form = page.form(sent(request), initial=_texts(found))

    def do(given: dict[str, Any]) -> None:
        service.STEPS[step](found, **given, by=request.user)
        messages.success(request, str(page.thanks))

    return answer(request, form, words, do, back)


def _may(request: Request, found: LearningCase, *, ours: bool) -> bool | Denied:
    return service.may_handle(request.user, found) if ours else service.may_answer(request.user, found)


def _texts(before: LearningCase | None) -> dict[str, str]:
    """The words of the one that is changed, or of the one that was said no to."""
    return {name: getattr(before, name) for name in ("title", "happened", "learning")} if before else {}


def _readable(request: Request, public_id: UUID) -> LearningCase:
    return get_object_or_404(service.readable_by(request.user), public_id=public_id)
