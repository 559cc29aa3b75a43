"""What follows from a role: meetings, decisions, measures, reports, and the people one answers for.

Each group begins at the one door of its kind; what is not behind it is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations.models import AgendaItem, Decision, LearningCase, Measure, Meeting
from deviations.precedents import readable_by as readable_precedents
from deviations.precedents import saying
from deviations.reports.access import NUMBERS, readable_reports
from deviations.services.learning_cases import readable_by as readable_cases
from frontend.dates import day
from frontend.find.asking import LOOKED_THROUGH, Asking, Hit
from frontend.meeting_page import readable as readable_meetings
from frontend.member_page import name_of
from orgs.models import BodyMembership, CountyMembership, Membership, OrganisationMembership
from orgs.permissions import place_kind
from orgs.roles import ROLES, Ability


def meetings(asking: Asking, most: int) -> list[Hit]:
    """By body, place, diary number and what stands on the agenda; minutes where they are approved. Two statements."""
    items = Prefetch("items", queryset=AgendaItem.objects.filter(removed_at__isnull=True), to_attr="points")
    rows = readable_meetings(asking.request).defer("minutes").order_by("-starts_at", "-pk").prefetch_related(items)
    found = []
    for meeting in rows[:LOOKED_THROUGH]:
        said = [text for item in meeting.points for text in (item.title, item.memo, item.text)]
        if asking.is_in(meeting.body.name, meeting.place, meeting.diary_number, *said):
            found.append(_meeting(meeting))
    return found[:most]


def _meeting(meeting: Meeting) -> Hit:
    approved = meeting.status == Meeting.Status.APPROVED
    held_on = day(timezone.localdate(meeting.starts_at), "year")
    title = _("%(body)s %(day)s") % {"body": meeting.body.name, "day": held_on}
    url = reverse("minutes" if approved else "meeting", args=[meeting.public_id])
    return Hit(title, url, _("Justerat protokoll") if approved else meeting.get_status_display().capitalize())


def decisions(asking: Asking, most: int) -> list[Hit]:
    """Of deviations that the person sees and that hold the words. One statement besides those deviations'."""
    rows = Decision.objects.select_related("body", "deviation").order_by("-decided_at", "-pk")
    return _of_deviations(asking, rows, lambda row: (row.text,), _beside_decision)[:most]


def _beside_decision(row: Decision) -> str:
    decided_on = day(timezone.localdate(row.decided_at), "year")
    told = {"body": row.body.name, "day": decided_on, "number": row.deviation.reference}
    return _("%(body)s %(day)s, %(number)s") % told


def measures(asking: Asking, most: int) -> list[Hit]:
    """The same of measures, by what is to be done and the sign that it helped."""
    rows = Measure.objects.select_related("owner__principal", "deviation").order_by("-due_on", "-pk")
    return _of_deviations(asking, rows, lambda row: (row.text, row.sign), _beside_measure)[:most]


def _beside_measure(row: Measure) -> str:
    return _("%(owner)s, %(number)s") % {"owner": row.owner.full_name, "number": row.deviation.reference}


Told = TypeVar("Told", Decision, Measure)


def _of_deviations(
    asking: Asking, rows: QuerySet[Told], said: Callable[[Told], Iterable[str]], beside: Callable[[Told], str]
) -> list[Hit]:
    """What holds the words among what is told on the pages of the deviations found, each leading to its page."""
    return [
        Hit(row.text, reverse("deviation", args=[row.deviation.public_id]), beside(row))
        for row in rows.filter(deviation__in=asking.deviations)
        if asking.is_in(*said(row))
    ]


def precedents(asking: Asking, most: int) -> list[Hit]:
    """One statement, in the stored stems."""
    rows = readable_precedents(asking.user).filter(saying(asking.typed))[:most]
    return [
        Hit(row.title, reverse("precedent", args=[row.public_id]), row.body.name,
            _("Återkallat") if row.withdrawn_at else "")
        for row in rows
    ]  # fmt: skip


def cases(asking: Asking, most: int) -> list[Hit]:
    """One statement."""
    rows = readable_cases(asking.user).exclude(status=LearningCase.Status.WITHDRAWN)[:LOOKED_THROUGH]
    return [
        Hit(row.title, reverse("case", args=[row.public_id]), row.body.name)
        for row in rows
        if asking.is_in(row.title, row.happened, row.learning)
    ][:most]


def reports(asking: Asking, most: int) -> list[Hit]:
    """Published ones, by title, body and number of the numbers behind. One statement."""
    rows = readable_reports(asking.user).defer("content", "text", *NUMBERS)[:LOOKED_THROUGH]
    return [
        Hit(
            row.title,
            reverse("published", args=[row.public_id]),
            row.body.name,
            _("Ersatt av en rättad utgåva") if row.status == row.Status.REPLACED else "",
        )
        for row in rows
        if asking.is_in(row.title, row.body.name, row.snapshot.code if row.snapshot else "")
    ][:most]


def people(asking: Asking, most: int) -> list[Hit]:
    """Those who hold a role where the person answers for roles, and nobody else: no name crosses that border.

    As many statements however many there are; none for who answers for no roles.
    """
    keys = asking.keys
    units = Q(content_object__in=keys.organisations.get(Ability.MANAGE_MEMBERS, frozenset()))
    principals = Q(content_object__principal__in=keys.principals.get(Ability.MANAGE_MEMBERS, frozenset()))
    counties = keys.counties.get(Ability.MANAGE_MEMBERS, frozenset())
    own_bodies = Q(content_object__in=keys.bodies.get(Ability.MANAGE_MEMBERS, frozenset()))
    of_county = Q(content_object__county__in=counties)
    tables: tuple[tuple[type[Membership], Q, str], ...] = (
        (
            OrganisationMembership,
            units | principals | of_county,
            "content_object__principal",
        ),
        (BodyMembership, own_bodies | of_county, "content_object"),
        (CountyMembership, Q(content_object__in=counties), "content_object"),
    )
    if not any(places.get(Ability.MANAGE_MEMBERS) for places in (keys.organisations, keys.bodies, keys.counties)):
        return []
    return [hit for table, held, place in tables for hit in _holding(asking, table, held, place, most)][:most]


def _holding(asking: Asking, table: type[Membership], held: Q, place: str, most: int) -> list[Hit]:
    """Names are compared before whole rows are read: an administrator answers for thousands."""
    rows = table._default_manager.filter(held, ended_at__isnull=True, user__is_active=True).order_by("user__name", "pk")
    named = [pk for pk, *names in rows.values_list("pk", "user__name", "user__email") if asking.is_in(*names)][:most]
    return [_person(row) for row in rows.filter(pk__in=named).select_related("user", "permission", place)]


def _person(row: Membership) -> Hit:
    place = row.place
    beside = _("%(role)s, %(place)s") % {"role": ROLES[row.role].label, "place": name_of(place)}
    return Hit(row.user.name, reverse("members", args=[place_kind(place), place.pk]), beside)
