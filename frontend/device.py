"""What a device is given, so that one can file without contact: whose it is, a key for a time, and what to choose from.

Nothing of a deviation is among it. Requirements A01, A05; the decision and its threats stand in ARCHITECTURE.md.
"""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from deviations import clock
from deviations.models import Deviation
from deviations.services.form import Filing, profile_for
from frontend.requests import Request
from frontend.workplace import default_unit, units_to_file_from
from orgs.models import Organisation, User

MARK = "samsyn_enhet"
"""A cookie that scripts may read. It lives as long as the log-in's own cookie: without it the device drops its key."""

MOST_LATELY = 8
MOST_UNITS = 1500
"""Above this a county's units are too many to carry along; then only those lately chosen are."""


def person_of(user: AbstractBaseUser) -> str:
    """A name for the person that says nothing: what lies on a device is tied to it."""
    return salted_hmac("samsyn.device.person", str(user.pk), algorithm="sha256").hexdigest()[:24]


def key_id(session: SessionBase) -> str:
    """The id of this log-in's key: when it ends (seconds since 1970), and something that no other log-in has.

    It ends with the log-in, as the session policy says; nothing that is done on the way makes it last longer.
    """
    mark = salted_hmac("samsyn.device.session", str(session.session_key), algorithm="sha256").hexdigest()[:24]
    return f"{end_of(session)}-{mark}"


def end_of(session: SessionBase) -> int:
    """When the log-in ends, in seconds since 1970."""
    ends = Session.objects.values_list("expire_date", flat=True).get(session_key=session.session_key)
    return int(ends.timestamp())


def ends_at(given: str) -> int | None:
    """When the key of that id ends, or None when it is no id, its time has passed, or no log-in could last so long."""
    seconds, _dash, mark = given.partition("-")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12 and mark):
        return None
    now = timezone.now().timestamp()
    return int(seconds) if now < int(seconds) <= now + settings.SESSION_COOKIE_AGE else None


def secret(user: AbstractBaseUser, given: str) -> bytes:
    """32 bytes for AES. Made anew each time and stored nowhere: the same person and id always give the same key, and an
    id with another time or in another person's hands gives a key that opens nothing."""
    return salted_hmac("samsyn.device.key", f"{user.pk}:{given}", algorithm="sha256").digest()


def is_of(user: AbstractBaseUser, person: str) -> bool:
    return hmac.compare_digest(person_of(user).encode(), person.encode())


def leave_mark(request: Request, response: HttpResponseBase) -> None:
    """Say to the device that this person is logged in on it, for as long as the log-in's own cookie lives: whichever
    key was asked for."""
    at_close = request.session.get_expire_at_browser_close()
    age = None if at_close else int(end_of(request.session) - timezone.now().timestamp())
    response.set_cookie(
        MARK, person_of(request.user), max_age=age, secure=request.is_secure(), httponly=False, samesite="Strict"
    )


def to_choose_from(user: User) -> dict[str, Any]:
    """The units one files from, the likeliest first, and the county's kinds and units. {} for one who may not file."""
    units = units_to_file_from(user)
    unit = default_unit(user, units)
    if unit is None:
        return {}
    _version, profile = profile_for(Filing(reporting_unit=unit))
    receivers = _receivers(unit)
    lately = [pk for pk in _lately(user) if any(pk == other.pk for other in receivers)]
    if len(receivers) > MOST_UNITS:
        receivers = [other for other in receivers if other.pk in lately]
    return {
        "units": [[each.pk, each.full_name] for each in sorted(units, key=lambda each: each != unit)],
        "receivers": [[each.pk, each.name, each.principal.name if each.principal else ""] for each in receivers],
        "lately": lately,
        "kinds": [[each.code, each.name, each.short] for each in profile.categories if not each.retired],
    }


def _receivers(unit: Organisation) -> list[Organisation]:
    today = clock.today()
    found = (
        Organisation.objects.filter(county=unit.county_id, parent__isnull=False)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .exclude(unit_kind="administration")
        .select_related("principal")
    )
    return sorted(found, key=lambda each: each.full_name.casefold())


def _lately(user: User) -> list[int]:
    chosen = Deviation.objects.visible_to(user).filter(filed_by=user, receiving_unit__isnull=False).order_by("-pk")
    latest = chosen.values_list("receiving_unit_id", flat=True)[:30]
    return list(dict.fromkeys(pk for pk in latest if pk))[:MOST_LATELY]
