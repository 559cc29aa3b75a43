"""How a draft begins: with what follows from the button pressed and from what the person filed before (A01).

A unit that was proposed is remembered as such with the log-in session, so that the page says so until it is accepted:
it decides where the deviation goes, and must never be wrong in silence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation
from deviations.services import filing as service
from deviations.services.form import Filing, profile_for
from deviations.workflow import State
from frontend.forms.filing_events import EVENTS
from frontend.forms.filing_habits import filed_lately, last_receiver_about
from frontend.requests import Request
from frontend.workplace import units_to_file_from
from orgs.models import Organisation

PROPOSED = "proposed_units"
UNTOUCHED = "untouched_draft"
AGAIN, SAME_KIND = "again", "same_kind"


def begin(request: Request, unit: Organisation) -> Deviation:
    """A new draft from the unit, or the one begun before that nothing was written in.

    POST `event`: one of the common events. POST `after`: the id of one's own deviation that this one comes after.
    """
    filing, reason = _first_answers(request, Filing(reporting_unit=unit))
    draft = service.save_draft(filing, by=request.user, draft=_untouched(request))
    accept_proposed(request, draft)
    if filing.receiving_units:
        reasons = {str(each.pk): reason for each in filing.receiving_units}
        request.session.setdefault(PROPOSED, {})[str(draft.pk)] = reasons
    draft.refresh_from_db(fields=["changed_at"])
    request.session[UNTOUCHED] = [draft.pk, draft.changed_at.isoformat()]
    return draft


def proposed_because(request: Request, draft: Deviation) -> dict[int, str]:
    """Why each unit that was proposed was, by its id; nothing once the person has gone on with them."""
    reasons = {
        AGAIN: _("Föreslagen: samma som i din förra anmälan. Stämmer det inte, ta bort den."),
        SAME_KIND: _("Föreslagen: din senaste anmälan av samma slag gällde den. Stämmer det inte, ta bort den."),
    }
    kept = request.session.get(PROPOSED, {}).get(str(draft.pk), {})
    return {int(pk): reasons[reason] for pk, reason in kept.items()}


def accept_proposed(request: Request, draft: Deviation) -> None:
    if request.session.get(PROPOSED, {}).pop(str(draft.pk), None) is not None:
        request.session.modified = True


def _first_answers(request: Request, filing: Filing) -> tuple[Filing, str]:
    if after := request.POST.get("after"):
        return _like(request, after, filing), AGAIN
    event = EVENTS.get(request.POST.get("event", ""))
    if event is None:
        return filing, ""
    filing = event.fill_in(filing, profile_for(filing)[1])
    last = last_receiver_about(filed_lately(request.user), filing.category) if event.opening else None
    return replace(filing, receiving_units=_still_there([last] if last else [], filing.reporting_unit)), SAME_KIND


def _like(request: Request, after: str, filing: Filing) -> Filing:
    """From the same unit, about the same ones. 404 when the one before is not one's own."""
    try:
        public_id = UUID(after)
    except ValueError:
        raise Http404 from None
    own = Deviation.objects.visible_to(request.user).submitted().filter(filed_by=request.user)
    before = service.filing_of(get_object_or_404(own.select_related("reporting_unit"), public_id=public_id))
    from_there = next((u for u in units_to_file_from(request.user) if u == before.reporting_unit), None)
    unit = from_there or filing.reporting_unit
    units = _still_there([each.pk for each in before.receiving_units], unit)
    return replace(filing, reporting_unit=unit, receiving_units=units)


def _still_there(pks: list[int], unit: Organisation) -> tuple[Organisation, ...]:
    """Those of the units that are in force today in the county of the one that files."""
    today = clock.today()
    found = (
        Organisation.objects.select_related("principal")
        .filter(pk__in=pks, county=unit.county_id)
        .exclude(pk=unit.pk)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    )
    return tuple(sorted(found, key=lambda each: pks.index(each.pk)))


def _untouched(request: Request) -> Deviation | None:
    """A draft with nothing of the person's in it yet: pressing the buttons many times leaves one row."""
    own = Deviation.objects.visible_to(request.user).filter(filed_by=request.user, state=State.DRAFT)
    if empty := own.filter(happened="", receiving_unit__isnull=True).order_by("-pk").first():
        return empty
    pk, changed_at = request.session.get(UNTOUCHED, (None, ""))
    return own.filter(pk=pk, changed_at=datetime.fromisoformat(changed_at)).first() if pk else None
