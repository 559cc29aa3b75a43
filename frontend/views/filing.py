"""Filing in three steps and one send. Every step is a page of its own that works without scripts; what is typed is kept
at once, so that back always works and a draft is taken up where it was left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deviations.errors import ChangedMeanwhile, WrongState
from deviations.models import Deviation
from deviations.precedents import alike, matter_filed
from deviations.services import filing as service
from deviations.services.draft_pages import CONCERNS, REVIEW, WHAT
from deviations.services.form import Filing, profile_for
from deviations.workflow import State
from frontend import filing_begun as begun
from frontend import filing_pages as pages
from frontend.dates import day
from frontend.forms.filing import ConcernsForm, HappenedForm, ReviewForm, initial_of
from frontend.forms.filing_events import EVENTS
from frontend.forms.filing_guard import guarded, swapped
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.workplace import default_unit, units_to_file_from
from orgs.models import Organisation

Change = Callable[[Filing], Filing]

MOST_RECEIVERS = 6
LONGEST_ID = 18  # digits that every database takes


def on_own_draft(view: Callable[[Request, Deviation], HttpResponse]) -> Callable[[Request, UUID], HttpResponse]:
    """The person's own draft as the second argument; one that has been sent, also just now by the button beside, leads
    to where it is followed. A late autosave says so where it stands and moves nobody."""

    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def found(request: Request, public_id: UUID) -> HttpResponse:
        own = Deviation.objects.visible_to(request.user).filter(filed_by=request.user)
        units = "reporting_unit__principal", "reporting_unit__county"
        deviation = get_object_or_404(own.select_related(*units), public_id=public_id)
        if deviation.state == State.DRAFT:
            with suppress(WrongState):
                return view(request, deviation)
        return pages.sent_fragment(request) if request.htmx else redirect("deviation", public_id)

    return found


@require_http_methods(["GET", "POST"])
def start(request: Request) -> HttpResponse:
    """The question, the common events and one's drafts; POST begins a draft, as `filing_begun.begin` says."""
    units = units_to_file_from(request.user)
    unit = default_unit(request.user, units)
    if unit is None:
        return render(request, "frontend/filing/nowhere.html", status=403 if request.method == "POST" else 200)
    if request.method == "GET":
        words = {"events": EVENTS, "drafts": pages.drafts_of(request.user), **pages.routine_of(unit)}
        return render(request, "frontend/filing/start.html", words)
    return redirect("filing_what", begun.begin(request, unit).public_id)


@on_own_draft
def what(request: Request, draft: Deviation) -> HttpResponse:
    """Step 1. The guard looks at the words whenever they are kept; what it blocks keeps step 2 closed."""
    filing = service.filing_of(draft)
    initial = initial_of(filing)
    if request.method == "GET":
        return pages.what_page(request, draft, filing, HappenedForm(initial=initial))
    form = HappenedForm(request.POST, initial=initial)
    if not form.is_valid():
        shown = request.POST.get("shown", "")
        return pages.what_page(request, draft, filing, form, status=UNPROCESSABLE, shown=shown)
    pages.remember_not_a_name(request, draft)
    text = swapped(form.cleaned_data["happened"], request.POST.get("swap", ""))
    kept = _keep(request, draft, WHAT, lambda kept: replace(kept, happened=text))
    if request.htmx:
        return pages.guard_fragment(request, draft, text, kept)
    if kept is None:
        return pages.what_page(request, draft, filing, form, changed=True)
    if "next" in request.POST and not text.strip():
        form.add_error("happened", _("Berätta vad som hände."))
        return pages.what_page(request, draft, kept, form, status=UNPROCESSABLE)
    forward = "next" in request.POST and not guarded(text).blocking
    return redirect("filing_concerns" if forward else "filing_what", draft.public_id)


@on_own_draft
def concerns(request: Request, draft: Deviation) -> HttpResponse:
    """Step 2: which unit, what age, what kind, which day."""
    filing = service.filing_of(draft)
    units, profile = units_to_file_from(request.user), profile_for(filing)[1]
    initial = initial_of(filing)
    if request.method == "GET":
        form = ConcernsForm(initial=initial, units=units, profile=profile)
        return pages.concerns_page(request, draft, filing, form, profile)
    form = ConcernsForm(request.POST, initial=initial, units=units, profile=profile)
    valid = form.is_valid()
    unit = next((u for u in units if u.pk == form.cleaned_data.get("reporting_unit")), filing.reporting_unit)

    def one_more_or_less(kept: Filing) -> Filing:
        return replace(kept, receiving_units=_receivers(request, kept, unit))

    def changed(kept: Filing) -> Filing:
        answers = {**form.answers(), **pages.day_pressed(request)}
        return replace(one_more_or_less(kept), **answers, reporting_unit=unit)

    kept = _keep(request, draft, CONCERNS, changed, if_late=one_more_or_less)
    filing = kept or filing
    if request.htmx:
        return pages.concerns_fragment(request, draft, filing, form, profile, kept)
    if kept is None:
        return pages.concerns_page(request, draft, filing, form, profile, changed=True)
    if "next" not in request.POST:
        return redirect(f"{reverse('filing_concerns', args=[draft.public_id])}?{pages.back_at(request)}")
    if not pages.put_faults(form, filing) and valid:
        begun.accept_proposed(request, draft)
        return redirect("filing_review", draft.public_id)
    return pages.concerns_page(request, draft, filing, form, profile, status=UNPROCESSABLE)


@require_GET
def units(request: Request, public_id: UUID) -> HttpResponse:
    """Suggestions for the letters typed, as buttons that add the unit."""

    @on_own_draft
    def suggestions(request: Request, draft: Deviation) -> HttpResponse:
        return pages.suggestions_fragment(request, draft, service.filing_of(draft))

    return suggestions(request, public_id)


@on_own_draft
def review(request: Request, draft: Deviation) -> HttpResponse:
    """Step 3: where it goes and why, before it is sent; and the one send. Sent twice it is stored once."""
    filing = service.filing_of(draft)
    profile = profile_for(filing)[1]
    like = alike(matter_filed(filing, profile))
    guiding = [row.precedent for row in like]
    initial = initial_of(filing)
    if request.method == "GET":
        form = ReviewForm(initial=initial, profile=profile, guiding=guiding)
        return pages.review_page(request, draft, filing, form, profile, like)
    form = ReviewForm(pages.with_swap(request), initial=initial, profile=profile, guiding=guiding)
    valid = form.is_valid()
    pages.remember_not_a_name(request, draft)
    kept = _keep(request, draft, REVIEW, lambda kept: replace(kept, **form.answers()))
    filing = kept or filing
    if request.htmx:
        return pages.review_fragment(request, draft, filing, kept)
    if kept is None:
        return pages.review_page(request, draft, filing, form, profile, like, changed=True)
    status = UNPROCESSABLE if not valid else None
    if valid and "send" in request.POST:
        summary = request.POST.get("summary", "")
        status = attempt(request, form, lambda: service.submit(draft, by=request.user, summary=summary))
        if status is None:
            return _receipt(request, draft)
    if status is None:
        return redirect(f"{reverse('filing_review', args=[draft.public_id])}{pages.opened_at(request)}")
    return pages.review_page(request, draft, filing, form, profile, like, status=status)


@require_POST
def discard(request: Request, public_id: UUID) -> HttpResponse:
    """Throw the draft away."""

    @on_own_draft
    def thrown(request: Request, draft: Deviation) -> HttpResponse:
        service.discard(draft, by=request.user)
        messages.success(request, _("Utkastet är borta."))
        return redirect("home")

    return thrown(request, public_id)


def _keep(
    request: Request, draft: Deviation, step: str, change: Change, *, if_late: Change = lambda kept: kept
) -> Filing | None:
    """The draft with what was answered on the page; None when another page has changed it: then nothing is kept."""
    page = pages.written_on(request, step)
    try:
        return service.change_draft(draft, change, by=request.user, page=page, if_late=if_late)
    except ChangedMeanwhile:
        return None


def _receivers(request: Request, filing: Filing, unit: Organisation) -> tuple[Organisation, ...]:
    """Those chosen, with one more or one less when a button said so."""
    remove, add = request.POST.get("remove", ""), request.POST.get("add", "")
    kept = tuple(chosen for chosen in filing.receiving_units if str(chosen.pk) != remove)
    is_id = add.isdecimal() and len(add) <= LONGEST_ID
    if not is_id or len(kept) >= MOST_RECEIVERS or any(chosen.pk == int(add) for chosen in kept):
        return kept
    found = Organisation.objects.select_related("principal").filter(pk=add, county=unit.county_id)
    return (*kept, *found)


def _receipt(request: Request, draft: Deviation) -> HttpResponse:
    sent = Deviation.objects.visible_to(request.user).get(pk=draft.pk)
    pages.forget_not_a_name(request, draft)
    messages.success(
        request,
        _(
            "Skickad. %(body)s har den nu, och du får svar senast %(day)s. "
            "Här följer du den, och den finns under Mina avvikelser."
        )
        % {"body": sent.accountable_shown, "day": day(sent.answer_due_on) if sent.answer_due_on else ""},
    )
    return redirect("deviation", draft.public_id)
