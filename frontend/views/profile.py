"""The county's profile for its administrator: every version kept, a new one checked, proved, tried and activated."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations.errors import NotYours
from deviations.services import profiles
from frontend import look
from frontend import profile_page as page
from frontend.dates import day
from frontend.forms.admin import ActivateForm, ProfileForm
from frontend.refusals import UNPROCESSABLE
from frontend.requests import Request
from frontend.workplace import workplace_of
from orgs.models import County, ProfileVersion
from orgs.permissions import keys_of
from orgs.profiles import loader
from orgs.roles import Ability


@require_safe
def versions(request: Request, slug: str) -> HttpResponse:
    county = _county(request, slug)
    listed, now = page.versions(county), page.current(county)
    context = {"county": county, "versions": listed, "stations": page.way_of_versions(listed)}
    context["inside"] = page.inside(now) if now else []
    return render(request, "frontend/admin/profile/versions.html", context)


@require_safe
def version(request: Request, slug: str, number: int) -> HttpResponse:
    """One version as it was activated, with what it changed."""
    county = _county(request, slug)
    found = get_object_or_404(ProfileVersion.objects.select_related("activated_by"), county=county, number=number)
    profile = loader.from_json(found.document)
    context = {
        "county": county,
        "version": found,
        "validity": page.validity(found, page.current(county)),
        "changes": page.changes_of(found),
        "profile": profile,
        "rules": page.rules_of(profile),
        "preview": look.preview(profile),
    }
    return render(request, "frontend/admin/profile/version.html", context)


@require_safe
def export(request: Request, slug: str, number: int) -> HttpResponse:
    """The version as a complete file that can be changed and read in again."""
    found = get_object_or_404(ProfileVersion, county=_county(request, slug), number=number)
    text = loader.to_yaml(loader.from_json(found.document))
    name = f"{slug}-version-{number}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, slug: str) -> HttpResponse:
    """Read a document: all its faults, or what it changes with the proof and the dry run. Stores nothing."""
    county = _county(request, slug)
    form = ProfileForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _new(request, county, form)
    if not form.is_valid():
        return _new(request, county, form, status=UNPROCESSABLE)
    return _looked_over(request, county, form.cleaned_data["source"], None)


@require_POST
def activate(request: Request, slug: str) -> HttpResponse:
    """Put the document in force from a day."""
    county = _county(request, slug)
    form = ActivateForm(request.POST)
    if not form.is_valid():
        return _looked_over(request, county, request.POST.get("source", ""), form)
    try:
        stored = profiles.activate(
            county, form.cleaned_data["source"], from_date=form.cleaned_data["from_date"], by=request.user
        )
    except profiles.ProfileRefused as refused:
        return _refused(request, county, form.cleaned_data["source"], refused)
    words = _("Version %(number)d gäller från %(day)s.")
    messages.success(request, words % {"number": stored.number, "day": day(stored.active_from, "year")})
    return redirect("profile_version", slug, stored.number)


def _looked_over(request: Request, county: County, source: str, form: ActivateForm | None) -> HttpResponse:
    """`form` is the one to show again with its faults."""
    try:
        checked = page.checked(county, source, by=request.user)
    except profiles.ProfileRefused as refused:
        return _refused(request, county, source, refused)
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused
    status = 200 if form is None else UNPROCESSABLE
    shown = ActivateForm(form.data if form else None, initial={"source": source}, moves=checked.run.moved)
    context: dict[str, Any] = {"county": county, "checked": checked, "form": shown}
    context |= {"current": page.current(county), "preview": look.preview(checked.profile)}
    return render(request, "frontend/admin/profile/checked.html", context, status=status)


def _refused(request: Request, county: County, source: str, refused: profiles.ProfileRefused) -> HttpResponse:
    form = ProfileForm(initial={"source": source})
    return _new(request, county, form, faults=refused.faults, status=UNPROCESSABLE)


def _new(
    request: Request, county: County, form: forms.Form, faults: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    context = {"county": county, "form": form, "faults": faults}
    return render(request, "frontend/admin/profile/new.html", context, status=status)


def _county(request: Request, slug: str) -> County:
    """The county whose profile the person manages. Its own people are told that it is not theirs to change; for
    everyone else it does not exist."""
    county = get_object_or_404(County, slug=slug)
    if keys_of(request.user).on_county(Ability.MANAGE_PROFILE, county.pk):
        return county
    place = workplace_of(request)
    if place is None or place.county != county:
        raise Http404
    raise PermissionDenied(_("Bara länets administratör kan läsa och ändra länets profil här."))
