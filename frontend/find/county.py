"""What everyone who works in a county may look up: units, bodies, agreements, who is responsible (B09, E01, E08)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock
from deviations.services.bodies import readable_bodies
from deviations.services.registers import agreement_status, routes_of
from frontend.find.asking import Asking, Hit
from frontend.lookup import areas_about
from orgs.models import Agreement, Body, ContactRoute, Organisation
from orgs.profiles.parts import folded


def units(asking: Asking, most: int) -> list[Hit]:
    """By name, other name, place or contact route; names that begin so first. Three statements."""
    if asking.county is None:
        return []
    today = clock.today()
    routes: dict[int, list[ContactRoute]] = {}
    for route in routes_of(asking.county):
        routes.setdefault(route.organisation_id, []).append(route)
    found = []
    for unit in Organisation.objects.filter(county=asking.county).select_related("principal"):
        ended = unit.valid_to is not None and unit.valid_to < today
        own = routes.get(unit.pk, [])
        texts = (unit.name, *unit.aliases, unit.full_name, *(route.name for route in own))
        if not ended and asking.is_in(*texts):
            begins = folded(unit.name).startswith(folded(asking.typed))
            found.append((not begins, len(unit.path), unit.full_name.casefold(), unit, own))
    found.sort(key=lambda row: row[:3])
    return [_unit(unit, own) for *_order, unit, own in found[:most]]


def _unit(unit: Organisation, routes: list[ContactRoute]) -> Hit:
    ways = [", ".join(part for part in (route.name, route.phone, route.hours) if part) for route in routes]
    return Hit(unit.full_name, reverse("unit_card", args=[unit.pk]), "; ".join(ways))


def bodies(asking: Asking, most: int) -> list[Hit]:
    """Every body of the county by its name today or before; those whose work one may read open. Two statements."""
    if asking.county is None:
        return []
    opens = set(readable_bodies(asking.user).filter(county=asking.county).values_list("pk", flat=True))
    today = clock.today()
    rows = Body.objects.filter(county=asking.county).select_related("steering_body").order_by("level", "name")
    return [
        _body(body, asking.county.slug, body.pk in opens)
        for body in rows
        if body.in_force_on(today) and asking.is_in(body.name, *(former["name"] for former in body.names))
    ][:most]


def _body(body: Body, county: str, opens: bool) -> Hit:
    url = reverse("body", args=[county, body.key]) if opens else reverse("registers") + "#uppdrag"
    beside = _("Styrs av %(body)s") % {"body": body.steering_body.name} if body.steering_body else ""
    return Hit(body.name, url, beside)


def agreements(asking: Asking, most: int) -> list[Hit]:
    """Agreements by name, and their clauses by number, title and text. Two statements."""
    if asking.county is None:
        return []
    today, found = clock.today(), []
    for agreement in Agreement.objects.filter(county=asking.county).prefetch_related("clauses").order_by("name"):
        url = reverse("agreement", args=[agreement.key])
        expired = agreement_status(agreement, today) == "expired"
        flag, tone = (_("Har gått ut"), "brick") if expired else ("", "")
        if asking.is_in(agreement.name, agreement.owner):
            found.append(Hit(agreement.name, url, agreement.owner, flag, tone))  # type: ignore[arg-type]  # one of the tones
        for clause in agreement.clauses.all():
            if asking.is_in(clause.number, clause.title, clause.text):
                title = f"{clause.number} {clause.title}".strip()
                found.append(Hit(title, f"{url}#punkt-{clause.key}", agreement.name, flag, tone))  # type: ignore[arg-type]  # the same
    return found[:most]


def responsibility(asking: Asking, most: int) -> list[Hit]:
    """Areas of the matrix, and the routine when its text holds the words."""
    if asking.profile is None:
        return []
    found = [
        Hit(area.name, reverse("lookup") + f"#{area.id}", _("Vem ansvarar?"))
        for area in areas_about(asking.profile, asking.typed)
    ]
    routine = asking.profile.routine
    if asking.is_in(routine.title, routine.text, _("rutin")):
        version = _("Rutinen, version %(version)s") % {"version": routine.version}
        found.insert(0, Hit(routine.title, reverse("routine"), version))
    return found[:most]
