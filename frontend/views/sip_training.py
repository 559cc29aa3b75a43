"""Who is trained in SIP: a principal's units, one year at a time, by hand and from a file (G04)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from deviations.documents import sip_file
from deviations.services import sip_training
from frontend import sip_page as page
from frontend.forms.sip import FileForm, TrainingForm
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.views.body import sent


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request, pk: int) -> HttpResponse:
    """Every unit with what stands, and one unit to write in. `enhet` in the address chooses which."""
    principal, year = page.principal_of(request, pk), page.year_of(request)
    shown = page.training_page(request, principal, year)
    chosen = next(((unit, row) for unit, row in shown["rows"] if str(unit.pk) == request.GET.get("enhet")), None)
    form = TrainingForm(sent(request), units=[unit for unit, _row in shown["rows"]], initial=_standing(chosen))
    status = 200
    if request.method == "POST":

        def enter_one() -> None:
            sip_training.enter_training(principal, year, [form.entered()], by=request.user)

        refused = attempt(request, form, enter_one) if form.is_valid() else UNPROCESSABLE
        if refused is None:
            messages.success(request, _("Infört."))
            return redirect(_address(pk, year))
        status = refused
    return render(request, "frontend/sip/training.html", {**shown, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def read_file(request: Request, pk: int) -> HttpResponse:
    """All of the file or nothing, with every fault by its row."""
    principal, year = page.principal_of(request, pk), page.year_of(request)
    shown = page.training_page(request, principal, year)
    form = FileForm(sent(request), request.FILES or None)
    del form.fields["source"]
    status, changed = 200, [0]
    if request.method == "POST":
        refused: int | None = UNPROCESSABLE
        if form.is_valid():
            upload = form.cleaned_data["file"]
            content = upload.read(sip_file.MOST_BYTES + 1)
            given = {"file_name": upload.name, "principal": principal, "year": year, "by": request.user}
            refused = attempt(request, form, lambda: changed.append(sip_training.import_training(content, **given)))
        if refused is None:
            words = ngettext("%(n)d enhet är införd.", "%(n)d enheter är införda.", changed[-1])
            messages.success(request, words % {"n": changed[-1]} if changed[-1] else _("Filen ändrade ingenting."))
            return redirect(_address(pk, year))
        status = refused
    return render(request, "frontend/sip/training_file.html", {**shown, "form": form}, status=status)


@require_safe
def template(request: Request, pk: int) -> HttpResponse:
    """To fill in: a row for each unit."""
    principal = page.principal_of(request, pk)
    page.training_page(request, principal, page.year_of(request))
    return HttpResponse(
        sip_file.as_csv(sip_training.template(principal)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sip-utbildning.csv"'},
    )


def _standing(chosen: tuple[object, object] | None) -> dict[str, object]:
    if chosen is None:
        return {}
    unit, row = chosen
    names = ("staff", "trained", "coordinator")
    return {"unit": unit, **({name: getattr(row, name) for name in names} if row else {})}


def _address(pk: int, year: int) -> str:
    return f"{reverse('sip_training', args=[pk])}?ar={year}"
