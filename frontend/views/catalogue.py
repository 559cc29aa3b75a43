"""The page of components: every part in every state, with made-up data, for those who build and those who review."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from frontend.catalogue import examples


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Open to all: everything that stands here is made up. In Swedish only: it is for those who build."""
    with translation.override("sv"):
        return render(request, "frontend/catalogue.html", examples())
