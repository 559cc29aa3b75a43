"""The SIP register: who has counted, counts by hand and from a file, and a deviation about a missing party."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.documents import sip_file
from deviations.errors import Invalid
from deviations.services import sip, sip_import
from deviations.services.sip_import import Preview
from frontend import sip_page as page
from frontend.forms.sip import SPARE, SYSTEMS, CountsForm, FileForm, initial_of, last_months
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.views.body import sent
from frontend.workplace import default_unit, units_to_file_from
from orgs.models import Organisation

TEMPLATES = {
    "csv": (sip_file.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (sip_file.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_safe
def register(request: Request) -> HttpResponse:
    return render(request, "frontend/sip/register.html", page.register(request))


@require_safe
def month(request: Request, pk: int, year: int, number: int) -> HttpResponse:
    return render(request, "frontend/sip/month.html", page.month_page(request, pk, year, number))


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request, pk: int) -> HttpResponse:
    """One month on one page. `ratta` in the address fills in a row that stands, for a correction."""
    principal = page.principal_of(request, pk)
    form = _counts_form(request, principal)
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        refused: int | None = UNPROCESSABLE
        if form.is_valid():
            refused = attempt(request, form, lambda: sip.enter_counts(form.entered(), by=request.user))
        if refused is None:
            messages.success(request, _("Infört. En ändring blir en ny rad, och den gamla ligger kvar."))
            return redirect(_where_to(request, principal, form))
        status = refused
    context = {
        "principal": principal,
        "form": form,
        "parties": page.parties_to_choose(principal.county),
        "together": sip.source_for(request.user, principal) == sip.TOGETHER,
        "more": form.parties + SPARE,
    }
    return render(request, "frontend/sip/enter.html", context, status=status)


def _counts_form(request: Request, principal: Organisation) -> CountsForm:
    """More rows for parties are asked for by the button; what is typed stays."""
    parts: dict[str, Any] = {
        "principal": principal,
        "profile": sip.profile_of_county(principal.county),
        "municipalities": sip.municipalities_of(principal.county),
        "directory": page.directory_of(principal.county),
    }
    if request.method == "POST":
        asked = request.POST.get("more") or request.POST.get("parties", "")
        parties = int(asked) if asked.isdecimal() and len(asked) < 4 else SPARE
        if "more" in request.POST:
            return CountsForm(None, initial=request.POST.dict(), parties=parties, **parts)
        return CountsForm(sent(request), parties=parties, **parts)
    wanted = request.GET.get("ratta", "")
    if not wanted:
        ended = f"{last_months(clock.today(), 2)[1]:%Y-%m}"
        given = {"month": request.GET.get("manad", ended), "target_group": parts["profile"].target_groups[0].id}
        return CountsForm(None, initial=given, **parts)
    if not wanted.isdecimal() or len(wanted) > 18:
        wanted = "0"
    standing = get_object_or_404(sip.visible_counts(request.user), pk=wanted, principal=principal)
    return CountsForm(None, initial=initial_of(standing), parties=standing.attendance.count() + SPARE, **parts)


def _where_to(request: Request, principal: Organisation, form: CountsForm) -> str:
    """The month, for those who read there; a coordinator goes back to the register."""
    if sip.principals_read(request.user).filter(pk=principal.pk).exists():
        at = form.entered().month
        return reverse("sip_month", args=[principal.pk, at.year, at.month])
    return reverse("sip")


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def read_file(request: Request, pk: int) -> HttpResponse:
    """First what the file would change, or everything that is wrong with it; then, when confirmed, all of it."""
    principal = page.principal_of(request, pk)
    if request.method == "POST" and "content" in request.POST:
        return _confirmed(request, principal)
    form = FileForm(sent(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _file_page(request, principal, form, status=UNPROCESSABLE if request.method == "POST" else 200)
    upload = form.cleaned_data["file"]
    content = upload.read(sip_file.MOST_BYTES + 1)  # one too many says that it is too large
    return _looked_over(request, principal, form, content, upload.name)


def _looked_over(
    request: Request, principal: Organisation, form: FileForm, content: bytes, name: str
) -> HttpResponse:  # fmt: skip
    given: dict[str, Any] = {"file_name": name, "principal": principal, "source": form.cleaned_data["source"]}
    looked: list[Preview] = []
    refused = attempt(request, form, lambda: looked.append(sip_import.preview(content, **given, by=request.user)))
    if refused is not None:
        return _file_page(request, principal, form, status=refused)
    [seen] = looked
    if seen.faults:
        return _file_page(request, principal, form, faults=seen, status=UNPROCESSABLE)
    kept = {"content": base64.b64encode(content).decode(), "file_name": sip_import.base_name(name)}
    return _file_page(request, principal, form, seen=seen, kept=kept)


def _confirmed(request: Request, principal: Organisation) -> HttpResponse:
    """The file comes back from the page, and is judged anew: nothing is taken on trust."""
    form = FileForm(request.POST)
    del form.fields["file"]
    form.is_valid()
    try:
        content = base64.b64decode(request.POST["content"][: 2 * sip_file.MOST_BYTES], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    try:
        read = sip_import.import_counts(
            content, file_name=request.POST.get("file_name", ""), principal=principal,
            source=form.cleaned_data.get("source", ""), by=request.user,
        )  # fmt: skip
    except Invalid as refused:
        form = FileForm(None, initial={"source": request.POST.get("source", "")})
        told = [text for several in refused.fields.values() for _code, text in several]
        return _file_page(request, principal, form, told=told, status=UNPROCESSABLE)
    words = ngettext("%(n)d rad är inläst.", "%(n)d rader är inlästa.", read.rows) % {"n": read.rows}
    messages.success(request, words)
    return redirect("sip")


def _file_page(
    request: Request, principal: Organisation, form: FileForm, *, status: int = 200, **shown: Any
) -> HttpResponse:  # fmt: skip
    faults: Preview | None = shown.pop("faults", None)
    if faults is not None:
        shown["told"] = [str(fault) for fault in faults.faults]
    groups = {group.id: group.name for group in sip.profile_of_county(principal.county).target_groups}
    if seen := shown.get("seen"):
        shown["changes"] = [(change, groups[change.entered.target_group]) for change in seen.changes]
    context = {"principal": principal, "form": form, "systems": SYSTEMS, **shown}
    return render(request, "frontend/sip/file.html", context, status=status)


@require_safe
def template(request: Request, pk: int, dress: str) -> HttpResponse:
    """To fill in: the heading, and a row for each target group."""
    principal = page.principal_of(request, pk)
    write, content_type = TEMPLATES[dress]
    return HttpResponse(
        write(sip_import.template(principal)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="sip-mall.{dress}"'},
    )


# ── a part that did not come ─────────────────────────────────────────────────────────────────────────────────────────
@require_POST
def absence(request: Request, pk: int) -> HttpResponse:
    """A draft deviation with everything filled in but what happened."""
    page.reader_of(request)
    found = get_object_or_404(sip.absences_seen(request.user), pk=pk)
    unit = default_unit(request.user, units_to_file_from(request.user))
    if unit is None or unit.county_id != found.count.county_id:
        raise PermissionDenied(_("Du kan bara anmäla från en enhet där du arbetar."))
    draft = sip.draft_about_absence(found, unit=unit, by=request.user)
    return redirect("filing_what", draft.public_id)
