"""What stands around a queue: the filters with their choices, saved views, and what can be done with many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import SavedView
from deviations.services.bulk import SERVICES
from deviations.services.desk import handlers_of
from deviations.workflow import STEPS
from frontend import desk_filters
from frontend.desk_filters import FILTERS
from frontend.desk_queue import Asked
from orgs.models import Body, Organisation, User
from orgs.permissions import Keys
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability

ALWAYS_SHOWN = ("q", "slag", "tilldelad", "risk")
COUNTYS = ("slag", "kommun", "mottagare", "malgrupp")  # choices in the words of the county's profile, which are Swedish


def of(asked: Asked, user: User, keys: Keys) -> dict[str, Any]:
    """Four statements, whatever the queue holds."""
    handles = keys.on_body(Ability.HANDLE, asked.body.pk)
    return {
        "filters": filters(asked, with_colleagues=handles),
        "saved": saved(asked.body, user),
        "may_share": handles,
        "view_query": asked.query(efter=""),
        "bulk": [{"name": name, "label": STEPS[name].label} for name in SERVICES] if handles else [],
        "handles": handles,
    }


def filters(asked: Asked, *, with_colleagues: bool) -> list[dict[str, Any]]:
    """Each with its value and choices. `shown`: at once, not under "Fler urval"."""
    profile = profile_of(version_in_force(asked.body.county, clock.today()).pk)
    principals = list(Organisation.objects.filter(county=asked.body.county, parent__isnull=True).order_by("name"))
    colleagues = (
        list(User.objects.filter(pk__in=handlers_of([asked.body.pk])).order_by("name")) if with_colleagues else []
    )
    offered = desk_filters.choices(profile, principals, colleagues)
    return [
        {
            "name": each.name,
            "label": each.label,
            "kind": each.kind,
            "value": asked.given.get(each.name, ""),
            "choices": offered.get(each.name, []),
            "county": each.name in COUNTYS,
            "shown": each.name in ALWAYS_SHOWN or bool(asked.given.get(each.name)),
        }
        for each in FILTERS.values()
    ]


def saved(body: Body, user: User) -> Sequence[dict[str, Any]]:
    """The person's own views and those shared in the body. One statement."""
    views = SavedView.objects.filter(Q(user=user) | Q(shared=True), body=body).order_by("shared", "name")
    return [
        {
            "pk": view.pk,
            "name": view.name,
            "url": f"{reverse('desk')}?{view.query}",
            "shared": view.shared,
            "own": view.user_id == user.pk,
        }
        for view in views
    ]


def cleaned(query: str, body: Body) -> str:
    """The filters of an address bar, in the order they are known, and nothing else that was sent."""
    given = dict(parse_qsl(query))
    kept = {name: given[name] for name in ("vy", *FILTERS) if given.get(name)}
    return urlencode({"organ": body.key, **kept})


def done_in_words(step: str, count: int) -> str:
    return _("%(step)s: %(count)d klara") % {"step": STEPS[step].label, "count": count}
