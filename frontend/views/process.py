"""Process measures with target and law side by side, and control moments (H01, H02, H04, D11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from deviations import clock
from deviations.models import ProcessMeasure
from deviations.services import bodies, controls, process
from frontend import body_page, process_page
from frontend.forms import process as forms
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from orgs.permissions import keys_of
from orgs.roles import Ability


@require_safe
def listed(request: Request) -> HttpResponse:
    return render(request, "frontend/process/list.html", process_page.listed(request))


@require_safe
def export(request: Request) -> HttpResponse:
    """Every measure that the person may read, with every value, for plan tools."""
    if not keys_of(request.user).bodies.get(Ability.EXPLORE):
        raise Http404
    measures = list(process.readable_measures(request.user))
    headers = {"Content-Disposition": f'attachment; filename="samsyn-matt-{clock.today().isoformat()}.csv"'}
    return HttpResponse(process_page.csv_of(measures), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def measure(request: Request, public_id: UUID) -> HttpResponse:
    found = _measure(request, public_id)
    return render(request, "frontend/process/measure.html", process_page.measure_page(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, county: str, key: str) -> HttpResponse:
    page = {
        "title": _("Nytt mått"),
        "lede": _("Skriv nämndens mål och lagens gräns var för sig. De visas alltid bredvid varandra."),
        "action": _("Börja följa måttet"),
    }
    return _new(request, county, key, page, forms.MeasureForm, process.begin_measure)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    names = ("target", "target_by", "statutory_limit", "statute", "guarantee", "goal", "owner", "activity")
    before = {name: getattr(found, name) for name in names}
    form = forms.LimitsForm(
        sent(request), body=found.body, owners=process_page.owners(found.body), initial=before
    )  # fmt: skip
    page = _page(found, _("Ändra mål och gräns"), _("Det som gällde förut står kvar i organets dagbok."), _("Spara"))
    return answer(
        request, form, page, lambda given: process.change_measure(found, **given, by=request.user), _address(found)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    form = forms.ValueForm(sent(request), measure=found)
    page = _page(
        found, _("Skriv in ett värde"), _("Ett värde för samma period ersätts, och det gamla sparas."), _("Spara")
    )

    def do(given: dict[str, Any]) -> object:
        span = form.spans[given.pop("period")]
        return process.write_value(found, first_month=span.first, last_month=span.last, **given, by=request.user)

    return answer(request, form, page, do, _address(found))


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Request, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    form = forms.EndMeasureForm(sent(request))
    page = _page(found, _("Sluta följa måttet"), _("Värdena ligger kvar att läsa."), _("Sluta följa"))
    return answer(
        request, form, page, lambda given: process.end_measure(found, **given, by=request.user), _address(found)
    )


# ── control moments ──────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def plan_control(request: Request, county: str, key: str) -> HttpResponse:
    page = {
        "title": _("Ny kontroll"),
        "lede": _("Följdes rutinen? Ett stickprov svarar på det som avvikelserna inte visar."),
        "action": _("Planera kontrollen"),
    }
    return _new(request, county, key, page, forms.ControlForm, controls.plan_control)


@require_http_methods(["GET", "HEAD", "POST"])
def do_control(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(controls.readable_controls(request.user), pk=pk)
    allowed(bodies.may_work_for(request.user, found.body))
    form = forms.DoControlForm(sent(request))
    page = {
        "title": found.question,
        "lede": _("Granska så många att ingen kan kännas igen. Skriv vad ni såg, aldrig vem det gällde."),
        "action": _("Spara kontrollen"),
        "crumbs": _crumbs(),
    }
    return answer(
        request, form, page, lambda given: controls.do_control(found, **given, by=request.user),
        reverse("process_measures"),
    )  # fmt: skip


def _new(
    request: Request, county: str, key: str, page: dict[str, Any], form: type[forms.MeasureForm | forms.ControlForm],
    step: Callable[..., object],
) -> HttpResponse:  # fmt: skip
    """The form of something new of the body's, and what it leads to."""
    body = body_page.visible_body(request, county, key)
    allowed(bodies.may_work_for(request.user, body))
    filled = form(sent(request), body=body, owners=process_page.owners(body))
    return answer(
        request, filled, {**page, "crumbs": _crumbs()}, lambda given: step(body, **given, by=request.user),
        reverse("process_measures"),
    )  # fmt: skip


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _measure(request: Request, public_id: UUID) -> ProcessMeasure:
    return get_object_or_404(process.readable_measures(request.user), public_id=public_id)


def _own(request: Request, public_id: UUID) -> ProcessMeasure:
    found = _measure(request, public_id)
    allowed(bodies.may_work_for(request.user, found.body))
    return found


def _page(found: ProcessMeasure, title: str, lede: str, action: str) -> dict[str, Any]:
    return {"title": title, "lede": lede, "action": action, "crumbs": [*_crumbs(), (found.name, _address(found))]}


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Mått"), reverse("process_measures"))]


def _address(found: ProcessMeasure) -> str:
    return reverse("process_measure", args=[found.public_id])
