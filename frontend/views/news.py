"""What is new since one last looked, how much there is, and that one has read it (C01, C02)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations.news import shown_up_to
from deviations.services import reading_news
from frontend import follow_page, news_page
from frontend.forms.news import ReadForm
from frontend.requests import Request
from orgs.permissions import keys_of


@require_http_methods(["GET", "HEAD", "POST"])
def news(request: Request) -> HttpResponse:
    """GET shows what is new. POST: all that the page showed is read; what has come since then stays new."""
    if request.method == "POST":
        form = ReadForm(request.POST)
        if not form.is_valid():
            raise BadRequest("not from this page")
        upto = shown_up_to(request.user, form.cleaned_data["upto"])
        reading_news.read_news(upto=upto, until=form.cleaned_data["until"], by=request.user)
        messages.success(request, _("Allt på sidan är markerat som läst."))
        return redirect("news")
    return render(request, "frontend/news/news.html", news_page.page(request.user, keys_of(request.user)))


@require_safe
def count(request: Request) -> HttpResponse:
    """The number in the top bar, exactly as every page has it."""
    return render(request, "frontend/news/count.html")


@require_POST
def read_about(request: Request, public_id: UUID) -> HttpResponse:
    """One deviation is ticked off."""
    reading_news.read_about(follow_page.visible(request, public_id), by=request.user)
    return redirect("news")
