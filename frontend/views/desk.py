"""A body's desk: the queue, one deviation as those who handle it see it, and every step that they take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import presence
from deviations.models import Deviation
from deviations.rights import WrongStateDenied, may
from deviations.services import handling
from deviations.undoable import UNDOABLE
from deviations.workflow import STEPS, State
from frontend import desk_page, desk_queue, desk_rail, desk_texts, follow_page, steps, undo_offer
from frontend.desk_filters import FILTERS
from frontend.desk_queue import VIEWS, Asked
from frontend.refusals import CONFLICT
from frontend.requests import Request
from orgs.permissions import Denied, keys_of
from orgs.roles import Ability


@require_safe
def desk(request: Request) -> HttpResponse:
    """The queue of one of the person's bodies, in a view and narrowed as the address says."""
    asked, bodies = asked_of(request)
    chosen = [{"body": body, "url": f"{reverse('desk')}?organ={body.key}"} for body in bodies]
    chosen_for = {"bodies": chosen, "undo": undo_offer.offered(request)}
    context = {**chosen_for, **desk_rail.of(asked, request.user, keys_of(request.user)), **_moving(request, asked)}
    return render(request, "frontend/desk/desk.html", context)


@require_safe
def moving(request: Request) -> HttpResponse:
    """The rows and the counted views, exactly as the page has them."""
    asked, _bodies = asked_of(request)
    return render(request, "frontend/desk/moving.html", _moving(request, asked))


def asked_of(request: Request) -> tuple[Asked, list[Any]]:
    """Nobody without a body has a desk, and nobody has another's: 404."""
    bodies = desk_queue.bodies_of(keys_of(request.user))
    organ, vy = request.GET.get("organ", "").strip(), request.GET.get("vy", "").strip()
    body = next((body for body in bodies if organ in ("", body.key)), None)
    view = VIEWS.get(vy or "oppna")
    if body is None or view is None:
        raise Http404
    given = {name: value for name in FILTERS if (value := request.GET.get(name, "").strip())}
    return Asked(body, view, request.user, given, request.GET.get("efter", "").strip()), bodies


def _moving(request: Request, asked: Asked) -> dict[str, Any]:
    keys = keys_of(request.user)
    found = desk_queue.listed(asked, request.user, keys)
    views = desk_queue.views_with_counts(asked, request.user)
    return {
        "asked": asked,
        "views": views,
        "to_receive": next(view["count"] for view in views if view["new"]),
        "listed": found,
        "caption": _("%(view)s, %(body)s") % {"view": asked.view.label, "body": asked.body.name},
        "fragment": asked.address("desk_moving"),
        "picks": keys.on_body(Ability.HANDLE, asked.body.pk),
        "first": asked.address(efter="") if asked.after else "",
        "more": asked.address(efter=found.next) if found.next else "",
    }


def deviation_page(request: Request, deviation: Deviation) -> HttpResponse:
    """For those who handle it, and, without steps, for those who read in a body that is a party."""
    keys = keys_of(request.user)
    context = desk_page.desk(request, deviation, keys)
    looking = presence.others_looking(deviation, keys) if context["side"]["handles"] else []
    context |= {"handles": context["side"]["handles"], "looking": looking}
    context["undo"] = undo_offer.offered_for(request, deviation)
    return render(request, "frontend/desk/deviation.html", context)


@require_safe
def handled(request: Request, public_id: UUID) -> HttpResponse:
    """Everything on the page below its head band, exactly as the page has it."""
    found = _submitted(request, public_id)
    if follow_page.side_of(found, keys_of(request.user)) != "desk":
        raise Http404
    return render(request, "frontend/desk/handled.html", desk_page.desk(request, found, keys_of(request.user)))


@require_safe
def peek(request: Request, public_id: UUID) -> HttpResponse:
    """The deviation at a glance, beside the queue: the next steps, where it is and what happened."""
    found, keys = _submitted(request, public_id), keys_of(request.user)
    if follow_page.side_of(found, keys) != "desk":
        raise Http404
    context = desk_page.peek(request, found, keys)
    return render(request, "frontend/desk/peek.html", context)


@require_POST
def seen(request: Request, public_id: UUID) -> HttpResponse:
    """Somebody at the body has opened it. The page says so by itself once it is shown, never while being fetched."""
    handling.see(_submitted(request, public_id), by=request.user)
    return HttpResponse(status=204)


@require_POST
def looking(request: Request, public_id: UUID) -> HttpResponse:
    """The person has it open; answered with who else has."""
    found, keys = _submitted(request, public_id), keys_of(request.user)
    presence.look(found, by=request.user, keys=keys)
    return render(request, "frontend/desk/lookers.html", {"looking": presence.others_looking(found, keys)})


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """The page of one step: GET shows its form, POST takes it. 403 for a step of somebody else's, 409 for one whose
    time has passed or that was decided on from something older; what was written is kept then."""
    found, page = _submitted(request, public_id), steps.PAGES.get(step)
    if page is None:
        raise Http404
    answer = may(request.user, step, found)
    if isinstance(answer, Denied) and not isinstance(answer, WrongStateDenied):
        raise PermissionDenied(answer.reason)
    form = steps.form_of(page, request, found, keys_of(request.user))
    status: int | None = 200
    if form.is_bound:
        status = steps.take(request, found, step, form)
    elif isinstance(answer, Denied):
        return too_late(request, found, answer.reason)
    if status is None:
        handling.see(found, by=request.user)
        return redirect("deviation", public_id)
    texts = desk_texts.offered(request, found, step, form)
    context = {"deviation": found, "form": form, "step": STEPS[step], "page": page, "standard_texts": texts}
    context["undoable"] = step in UNDOABLE
    return render(request, "frontend/desk/step.html", context, status=status)


def too_late(request: Request, deviation: Deviation, reason: str) -> HttpResponse:
    back = reverse("deviation", args=[deviation.public_id])
    context = {"reason": reason, "url": back, "url_label": _("Till avvikelsen")}
    return render(request, "409.html", context, status=CONFLICT)


def _submitted(request: Request, public_id: UUID) -> Deviation:
    found = follow_page.visible(request, public_id)
    if found.state == State.DRAFT:
        raise Http404
    return found
