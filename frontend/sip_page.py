"""What the pages of the SIP register are drawn from, and whom they are for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from deviations import clock
from deviations.services import sip, sip_overview, sip_training
from deviations.services.sip_columns import Directory
from deviations.services.sip_overview import Cell, Hidden
from frontend import dates
from frontend.register_page import county_of
from frontend.requests import Request
from frontend.workplace import units_to_file_from
from orgs.models import County, Organisation
from orgs.permissions import Denied

FIRST_YEAR = 2000


def reader_of(request: Request) -> County:
    """The county, for those who read the register there. Not found for the others."""
    county = county_of(request)
    own = sip.principals_read(request.user).filter(county=county).exists()
    if not own and not sip.sees_county(request.user, county):
        raise Http404
    return county


def register(request: Request) -> dict[str, Any]:
    """Statements as many for one principal as for thirty."""
    county = reader_of(request)
    found = sip_overview.overview(request.user, county, year_of(request))
    totals = [
        {"label": label, "cells": [_shown(month[at]) for month in found.totals]}
        for at, label in enumerate((_("Nya planer"), _("Genomförda möten"), _("Möten med kallelse"),
                                    _("Därav utan alla kallade")))
    ]  # fmt: skip
    hidden = [cell for month in found.totals for cell in month if isinstance(cell, Hidden)]
    return {
        "county": county,
        "found": found,
        "totals": totals if found.totals else [],
        "hides_small": any(not cell.few for cell in hidden),
        "hides_few": any(cell.few for cell in hidden),
        "threshold": sip.profile_of_county(county).suppression.threshold,
        "enters": [row.principal for row in found.rows if any(month.enters for month in row.months)],
        "trains": list(sip.principals_entered_for(request.user).filter(county=county)),
        "late": [row for row in found.rows if not all(month.counted for month in row.months[:-1])],
        "older": found.year - 1 if found.year > FIRST_YEAR else None,
        "newer": found.year + 1 if found.year < clock.today().year else None,
    }


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, Hidden):
        return "··" if cell.few or cell.beside else "<"
    return f"{cell:,}".replace(",", "\u202f")


def year_of(request: Request) -> int:
    wanted = request.GET.get("ar", "")
    today = clock.today().year
    if not wanted:
        return today
    if not wanted.isdecimal() or len(wanted) != 4 or not FIRST_YEAR <= int(wanted) <= today:
        raise Http404
    return int(wanted)


def principal_of(request: Request, pk: int) -> Organisation:
    """A principal of the county that the person may enter for. 403 for those who only read the register."""
    county = reader_of(request)
    found = Organisation.objects.select_related("county").filter(pk=pk, county=county, parent=None).first()
    if found is None:
        raise Http404
    if isinstance(refused := sip.source_for(request.user, found), Denied):
        raise PermissionDenied(refused.reason)
    return found


def training_page(request: Request, principal: Organisation, year: int) -> dict[str, Any]:
    """Every unit of the principal with what is entered for the year. Two statements whatever the size."""
    if isinstance(refused := sip_training.may_enter(request.user, principal), Denied):
        raise PermissionDenied(refused.reason)
    entered = sip_training.standing(principal, year)
    rows = [(unit, entered.get(unit.pk)) for unit in sip_training.units_of(principal)]
    years = [each for each in (year - 1, year + 1) if sip_training.FIRST_YEAR <= each <= clock.today().year]
    return {"principal": principal, "year": year, "rows": rows, "entered": len(entered), "years": years}


def month_page(request: Request, pk: int, year: int, month: int) -> dict[str, Any]:
    """One principal's month with all its rows: for those who read there."""
    county = reader_of(request)
    principal = sip.principals_read(request.user).filter(pk=pk, county=county).first()
    rows = list(sip.visible_counts(request.user).filter(principal=pk, month__year=year, month__month=month))
    if principal is None or not rows:
        raise Http404
    profile = sip.profile_of_county(county)
    groups = {group.id: group.name for group in profile.target_groups}
    points = {point.id: point for point in profile.sip_checklist}
    return {
        "principal": principal,
        "month": rows[0].month,
        "title": _("%(principal)s, %(month)s") % {"principal": principal.name, "month": dates.month(rows[0].month)},
        "may_enter": bool(sip.source_for(request.user, principal)),
        "files": bool(units_to_file_from(request.user)),
        "rows": [
            {
                "count": count,
                "group": groups.get(count.target_group, count.target_group),
                "mean": round(count.days_to_start / count.new)
                if count.days_to_start is not None and count.new
                else None,
                "parties": [(each, each.called - each.came) for each in count.attendance.all()],
                "points": [(points.get(each.point), each) for each in count.quality.all()],
            }
            for count in rows
        ],
    }


def directory_of(county: County) -> Directory:
    profile = sip.profile_of_county(county)
    return Directory(list(Organisation.objects.filter(county=county).select_related("principal")), profile)


def parties_to_choose(county: County) -> list[str]:
    """Names that lead to one organisation: unit and principal."""
    today = clock.today()
    found = Organisation.objects.filter(county=county).select_related("principal").order_by("path")
    return [each.full_name for each in found if each.valid_to is None or each.valid_to >= today]
