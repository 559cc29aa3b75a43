"""The steering body: its inbox, one escalation with every answer, working groups, and lifting several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations.models import Deviation, Escalation, WorkingGroup
from deviations.services import escalating, working_groups
from deviations.services.bodies import idle_with_open
from deviations.services.duties import late_for
from frontend import steering_page
from frontend.forms import steering
from frontend.panels.escalation import alike_of
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.permissions import keys_of
from orgs.roles import Ability


@dataclass(frozen=True)
class Answer:
    """One answer of the steering body: its service and its words."""

    do: Callable[..., object]  # (escalation or group, **given, by=…)
    lede: str | Promise
    thanks: str | Promise


ANSWERS: Mapping[str, Answer] = {
    "decide": Answer(
        escalating.decide_escalation,
        gettext_lazy("Gäller allt som lyftes tillsammans. Gruppen är fortfarande ansvarig för det som följer."),
        gettext_lazy("Svaret är registrerat, och alla som följer avvikelserna ser det."),
    ),
    "set_up_group": Answer(
        working_groups.set_up_group,
        gettext_lazy("Ni är gruppens styrgrupp. Alla som följer avvikelserna ser att den arbetar."),
        gettext_lazy("Arbetsgruppen är tillsatt."),
    ),
    "return_escalated": Answer(
        escalating.return_escalated,
        gettext_lazy("Gruppen tar över igen, med ert svar. Ni kan fortfarande läsa."),
        gettext_lazy("Tillbaka hos gruppen, med ert svar."),
    ),
    "escalate_further": Answer(
        escalating.escalate_further,
        gettext_lazy("Organet över er får läsa och tar ställning. Ni kan fortfarande läsa."),
        gettext_lazy("Lyft vidare."),
    ),
}
GROUP_ANSWERS: Mapping[str, tuple[type[steering.AnswerForm], Answer]] = {
    "tell_progress": (steering.ProgressForm, Answer(
        working_groups.tell_progress, gettext_lazy("Står på gruppens sida."), gettext_lazy("Noterat."),
    )),
    "report_group": (steering.ReportForm, Answer(
        working_groups.report_group,
        gettext_lazy("Läses av alla som följer avvikelserna. Ert eget svar på det som lyftes återstår."),
        gettext_lazy("Redovisningen är registrerad."),
    )),
    "end_group": (steering.EndForm, Answer(
        working_groups.end_group, gettext_lazy("Gruppen och det den kom fram till kan fortfarande läsas."),
        gettext_lazy("Gruppen är avslutad."),
    )),
}  # fmt: skip


@require_safe
def inbox(request: Request) -> HttpResponse:
    """What waits for the person's bodies, and what their bodies have lifted. Nobody without a body has one: 404."""
    return render(request, "frontend/steering/inbox.html", _inbox(request))


@require_safe
def moving(request: Request) -> HttpResponse:
    """The lists, exactly as the page has them."""
    return render(request, "frontend/steering/inbox_moving.html", _inbox(request))


def _inbox(request: Request) -> dict[str, Any]:
    keys = keys_of(request.user)
    if not keys.bodies.get(Ability.READ):
        raise Http404
    steered = {"idle": idle_with_open(request.user), "late_duties": late_for(request.user).count()}
    return {**steering_page.inbox(request, keys), **steered}


@require_safe
def escalation(request: Request, public_id: UUID) -> HttpResponse:
    found = _escalation(request, public_id)
    context = steering_page.escalation(request, found, keys_of(request.user))
    return render(request, "frontend/steering/escalation.html", context)


@require_safe
def escalation_moving(request: Request, public_id: UUID) -> HttpResponse:
    """All of it, exactly as the page has it."""
    found = _escalation(request, public_id)
    context = steering_page.escalation(request, found, keys_of(request.user))
    return render(request, "frontend/steering/escalation_moving.html", context)


@require_POST
def seen(request: Request, public_id: UUID) -> HttpResponse:
    """Somebody at the steering body has opened it. The page says so by itself once it is shown."""
    escalating.see(_escalation(request, public_id), by=request.user)
    return HttpResponse(status=204)


def _escalation(request: Request, public_id: UUID) -> Escalation:
    return get_object_or_404(escalating.readable_by(request.user), public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """The page of one answer: GET shows its form, POST gives it. 403 for another body's, 409 when it is answered."""
    found = _escalation(request, public_id)
    if step not in ANSWERS:
        raise Http404
    if not keys_of(request.user).on_body(Ability.HANDLE, found.to_body_id):
        raise PermissionDenied(_("Bara det styrande organ som ärendet lyfts till kan göra det här."))
    back = reverse("escalation", args=[public_id])
    if found.status not in escalating.UNANSWERED:
        return _too_late(request, _("Ärendet är redan besvarat."), back)
    form = _form(request, step, found)
    return _given(request, found, ANSWERS[step], form, steering_page.label_of(found, step), found.title, back)


def _form(request: Request, step: str, found: Escalation) -> Any:
    data = request.POST if request.method == "POST" else None
    if step == "set_up_group":
        return steering.GroupForm(data, county=found.to_body.county)
    decide = steering.DecideForm if found.to_body.may_decide else steering.RecommendForm
    return {"decide": decide, "return_escalated": steering.ReturnForm, "escalate_further": steering.FurtherForm}[step](
        data
    )


def _given(
    request: Request, found: Escalation | WorkingGroup, answer: Answer, form: Any, label: str, title: str, back: str
) -> HttpResponse:
    """Take it and go back, or show the form with what was written in it."""
    status: int | None = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            status = attempt(request, form, lambda: answer.do(found, **form.given(), by=request.user))
    if status is None:
        messages.success(request, str(answer.thanks))
        return redirect(back)
    context = {"form": form, "label": label, "title": title, "lede": answer.lede, "back": back}
    return render(request, "frontend/steering/step.html", context, status=status)


def _too_late(request: Request, reason: str, back: str) -> HttpResponse:
    return render(request, "409.html", {"reason": reason, "url": back, "url_label": _("Tillbaka")}, status=CONFLICT)


# ── working groups ───────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def group(request: Request, public_id: UUID) -> HttpResponse:
    found = _group(request, public_id)
    context = steering_page.group(request, found, keys_of(request.user))
    return render(request, "frontend/steering/group.html", context)


@require_safe
def group_moving(request: Request, public_id: UUID) -> HttpResponse:
    """All of it, exactly as the page has it."""
    found = _group(request, public_id)
    context = steering_page.group(request, found, keys_of(request.user))
    return render(request, "frontend/steering/group_moving.html", context)


def _group(request: Request, public_id: UUID) -> WorkingGroup:
    return get_object_or_404(working_groups.readable_by(request.user), public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def group_step(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """Progress, report and end. 403 for those who only read it, 409 when it has ended."""
    found = _group(request, public_id)
    if step not in GROUP_ANSWERS:
        raise Http404
    if not keys_of(request.user).on_body(Ability.HANDLE, found.steering_body_id):
        raise PermissionDenied(_("Bara det styrande organ som har tillsatt gruppen kan göra det här."))
    back = reverse("working_group", args=[public_id])
    if found.status == WorkingGroup.Status.ENDED:
        return _too_late(request, _("Gruppen är avslutad."), back)
    made, answer = GROUP_ANSWERS[step]
    form: forms.Form = made(request.POST if request.method == "POST" else None)
    return _given(request, found, answer, form, steering_page.group_label(step), found.name, back)


# ── lifting several ──────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: Request) -> HttpResponse:
    """Lift several together: those like the one in `fran`, or those named by `avvikelse`."""
    first, several, initial, others = _candidates(request)
    if not keys_of(request.user).on_body(Ability.HANDLE, first.accountable_body_id):
        raise PermissionDenied(_("Bara samordnaren i det ansvariga organet kan göra det här."))
    data = request.POST if request.method == "POST" else None
    form = steering.SeveralForm(data, candidates=several, initial=initial)
    status: int | None = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            status = attempt(request, form, lambda: escalating.escalate_several(**form.given(), by=request.user))
    if status is None:
        messages.success(request, _("Lyft tillsammans till det styrande organet."))
        return redirect("steering")
    context = {"form": form, "first": first, "others": others}
    return render(request, "frontend/steering/lift.html", context, status=status)


def _candidates(request: Request) -> tuple[Deviation, list[Deviation], dict[str, Any], int]:
    """The one that it begins with, all that may be chosen, what is filled in, and how many are past lifting."""
    named = [_uuid(each) for each in request.GET.getlist("avvikelse")[: escalating.AT_MOST]]
    begin = named[0] if named else _uuid(request.GET.get("fran", ""))
    first = get_object_or_404(_seen(request), public_id=begin)
    alike = alike_of(first, request.user)
    several = list(_seen(request).filter(public_id__in=named)) if named else alike.to_lift
    kind = Escalation.Kind.BUNDLE if named else Escalation.Kind.PATTERN
    initial = {"kind": kind.value, "title": first.title, "deviations": [each.public_id for each in several]}
    return first, several, initial, 0 if named else alike.others


def _seen(request: Request) -> Any:
    visible = Deviation.objects.visible_to(request.user).submitted()
    return visible.select_related("accountable_body", "receiving_unit")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
