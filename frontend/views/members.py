"""Who holds which role: seen, given and ended by those who answer for the place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import member_page
from frontend.context import holds
from frontend.forms.admin import GrantForm
from frontend.refusals import UNPROCESSABLE
from frontend.requests import Request
from frontend.workplace import workplace_of
from orgs.models import County, Organisation
from orgs.permissions import Denied, Place, end, grant, keys_of, may_manage_members, type_of_place
from orgs.roles import Ability


@require_safe
def places(request: Request) -> HttpResponse:
    keys = keys_of(request.user)
    if not holds(keys, Ability.MANAGE_MEMBERS):
        raise Http404
    words = request.GET.get("q", "").strip()
    return render(request, "frontend/admin/places.html", {"words": words, **member_page.places(keys, words)})


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: Request, kind: str, pk: int) -> HttpResponse:
    """Those who hold roles here; POST gives one."""
    place = _place(request, kind, pk)
    form = GrantForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_valid():
        given = form.cleaned_data
        grant(
            given["user"], given["role"], place, by=request.user,
            valid_from=given["valid_from"], valid_until=given["valid_until"],
        )  # fmt: skip
        messages.success(request, _("%(name)s har nu rollen.") % {"name": given["user"].name})
        return redirect("members", kind, pk)
    context: dict[str, Any] = {"place": place, "name": member_page.name_of(place), "kind": kind, "form": form}
    context.update(member_page.memberships(place))
    return render(request, "frontend/admin/members.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
def end_membership(request: Request, kind: str, pk: int, membership: int) -> HttpResponse:
    """Take the role away, at once. The row stays as the record."""
    place = _place(request, kind, pk)
    table = type_of_place[kind][1]
    held = get_object_or_404(
        table._default_manager.select_related("user", "permission", "content_object"),
        pk=membership,
        content_object=place,
    )
    if held.ended_at is None:
        end(held, by=request.user)
    messages.success(request, _("%(name)s har inte längre rollen.") % {"name": held.user.name})
    return redirect("members", kind, pk)


def _place(request: Request, kind: str, pk: int) -> Place:
    """A place that the person answers for. Of another county's nothing is said, not even that it exists."""
    if kind not in type_of_place:
        raise Http404
    place: Place = get_object_or_404(type_of_place[kind][0], pk=pk)  # type: ignore[assignment]  # one of the three
    if isinstance(place, Organisation):
        place = Organisation.objects.select_related("principal", "county").get(pk=pk)
    allowed = may_manage_members(request.user, place)
    if isinstance(allowed, Denied):
        own = workplace_of(request)
        if own is None or own.county.pk != (place.pk if isinstance(place, County) else place.county_id):
            raise Http404
        raise PermissionDenied(allowed.reason)
    return place
