"""Around the queue: saved views, standard texts, and one step for many deviations at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.models import Deviation, SavedView, StandardText
from deviations.services import desk
from deviations.services.bulk import MOST, SERVICES, bulk
from deviations.services.undoing import before
from deviations.workflow import STEPS
from frontend import desk_queue, desk_rail, steps, undo_offer
from frontend.forms.desk_texts import StandardTextForm, ViewForm, steps_with_text
from frontend.refusals import attempt
from frontend.requests import Request
from orgs.models import Body
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile
from orgs.roles import Ability


def body_named(request: Request, key: str, ability: Ability = Ability.READ) -> Body:
    """One of the bodies where the person reads, or 404; 403 when more is needed there than that."""
    keys = keys_of(request.user)
    body = next((body for body in desk_queue.bodies_of(keys) if body.key == key), None)
    if body is None:
        raise Http404
    if not keys.on_body(ability, body.pk):
        raise PermissionDenied(_("Bara den som handlägger i organet kan göra det här."))
    return body


# ── saved views ──────────────────────────────────────────────────────────────────────────────────────────────────────
@require_POST
def save_view(request: Request, key: str) -> HttpResponse:
    """Keep what the address bar asks for, then show it."""
    body = body_named(request, key)
    form = ViewForm(request.POST)
    if form.is_valid():
        given = {**form.cleaned_data, "query": desk_rail.cleaned(form.cleaned_data["query"], body)}
        status = attempt(request, form, lambda: desk.save_view(body=body, by=request.user, **given))
        if status is None:
            messages.success(request, _("Vyn är sparad."))
            return redirect(f"{reverse('desk')}?{given['query']}")
    for faults in form.errors.values():
        messages.error(request, " ".join(map(str, faults)))
    return redirect(f"{reverse('desk')}?organ={body.key}")


@require_POST
def forget_view(request: Request, key: str, pk: int) -> HttpResponse:
    body = body_named(request, key)
    view = get_object_or_404(SavedView, pk=pk, body=body)
    if view.user_id != request.user.pk and not view.shared:
        raise Http404
    attempt(request, ViewForm(), lambda: desk.forget_view(view, by=request.user))
    messages.success(request, _("Vyn är borttagen."))
    return redirect(f"{reverse('desk')}?organ={body.key}")


# ── standard texts ───────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: Request, key: str, pk: int | None = None) -> HttpResponse:
    """The body's standard texts, with the form for a new one or for the one with `pk`."""
    body = body_named(request, key, Ability.HANDLE)
    current = StandardText.objects.filter(body=body, ended_at__isnull=True).order_by("step", "category", "name")
    text = get_object_or_404(current, pk=pk) if pk is not None else None
    profile = profile_of(version_in_force(body.county, clock.today()).pk)
    form = StandardTextForm(request.POST if request.method == "POST" else None, profile=profile, text=text)
    status: int | None = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = {**form.cleaned_data, "text_id": pk}
            status = attempt(request, form, lambda: desk.write_standard_text(body=body, by=request.user, **given))
        if status is None:
            messages.success(request, _("Texten är sparad."))
            return redirect("standard_texts", body.key)
    context = {"body": body, "rows": _rows(list(current), profile), "form": form, "text": text}
    return render(request, "frontend/desk/texts.html", context, status=status)


def _rows(texts: list[StandardText], profile: Profile) -> list[dict[str, Any]]:
    names = {"": _("Alla slag"), **{c.code: c.name for c in profile.categories}}
    labels = dict(steps_with_text())
    return [
        {"text": text, "step": labels.get(text.step, text.step), "category": names.get(text.category, text.category)}
        for text in texts
    ]


@require_POST
def end_text(request: Request, key: str, pk: int) -> HttpResponse:
    body = body_named(request, key, Ability.HANDLE)
    text = get_object_or_404(StandardText.objects.select_related("body"), pk=pk, body=body, ended_at__isnull=True)
    desk.end_standard_text(text, by=request.user)
    messages.success(request, _("Texten erbjuds inte längre."))
    return redirect("standard_texts", body.key)


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: Request, key: str) -> HttpResponse:
    """GET: the chosen ones and the step's form. POST: the step is taken for each; the page says what became of each."""
    body = body_named(request, key, Ability.HANDLE)
    sent = request.POST if request.method == "POST" else request.GET
    step = sent.get("steg", "")
    chosen = _chosen(request, sent.getlist("vald"))
    if step not in SERVICES:
        raise Http404
    if not chosen:
        messages.error(request, _("Välj minst en avvikelse i listan."))
        return redirect(f"{reverse('desk')}?organ={body.key}")
    page = steps.PAGES[step]
    form = page.form(
        request.POST if request.method == "POST" else None, deviation=chosen[0], keys=keys_of(request.user)
    )
    context: dict[str, Any] = {"body": body, "step": STEPS[step], "page": page, "chosen": chosen, "form": form}
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.given().items() if name != "seen"}
        stood = {each.pk: before(each) for each in chosen}
        outcomes = bulk(step, chosen, by=request.user, **given)
        undo_offer.keep(request, step, [(o.deviation, stood[o.deviation.pk]) for o in outcomes if not o.reason])
        request.session["many"] = {
            "step": step,
            "rows": [
                [str(o.deviation.public_id), o.deviation.reference, o.deviation.title, o.reason] for o in outcomes
            ],
        }
        return redirect("many_done", body.key)
    return render(request, "frontend/desk/many.html", context, status=422 if form.is_bound else 200)


@require_safe
def many_done(request: Request, key: str) -> HttpResponse:
    """What became of each of the last ones, as it was just then."""
    body = body_named(request, key, Ability.HANDLE)
    done = request.session.get("many")
    if done is None:
        return redirect(f"{reverse('desk')}?organ={body.key}")
    rows = [dict(zip(("public_id", "number", "title", "reason"), row, strict=True)) for row in done["rows"]]
    context = {
        "body": body,
        "undo": undo_offer.offered(request),
        "step": STEPS[done["step"]],
        "done": [row for row in rows if not row["reason"]],
        "refused": [row for row in rows if row["reason"]],
    }
    return render(request, "frontend/desk/many_done.html", context)


def _chosen(request: Request, ids: list[str]) -> list[Deviation]:
    """Those of them that the person may see. What is no id was not in the list."""
    try:
        wanted = [UUID(one) for one in ids[:MOST]]
    except ValueError:
        raise Http404 from None
    found = Deviation.objects.visible_to(request.user).submitted().filter(public_id__in=wanted)
    return list(found.prefetch_related("parties__body").order_by("pk"))
