"""Dates as people in Sweden write them in running text: no leading zeros, and the year only when it helps.

Every function takes a date or an aware datetime (shown in the site's time zone).
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from deviations.learning.period import Period
from orgs.profiles.parts import Limit

MONTHS = (
    gettext_noop("januari"),
    gettext_noop("februari"),
    gettext_noop("mars"),
    gettext_noop("april"),
    gettext_noop("maj"),
    gettext_noop("juni"),
    gettext_noop("juli"),
    gettext_noop("augusti"),
    gettext_noop("september"),
    gettext_noop("oktober"),
    gettext_noop("november"),
    gettext_noop("december"),
)
SOON_DAYS = 2
"""How close a last day is when it is worth a second colour."""


def local_date(value: dt.date) -> dt.date:
    """The calendar day of `value` in the site's time zone."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date()
    return value


def day(value: dt.date, style: str = "") -> str:
    """ "14 mars", with the year when it is another year than today's.

    `style`: "year" always with the year; "near" says i går, i dag and i morgon where that is so.
    """
    on, today = local_date(value), timezone.localdate()
    if style not in {"", "near", "year"}:
        raise ValueError(f"unknown way of writing a day: {style!r}")
    if style == "near" and (word := _near(on, today)):
        return word
    written = f"{on.day} {_(MONTHS[on.month - 1])}"
    return f"{written} {on.year}" if style == "year" or on.year != today.year else written


def month(value: dt.date, style: str = "") -> str:
    """ "oktober 2026".

    `style`: "name" without the year; "short" the first three letters, over a column.
    """
    on = local_date(value)
    name = _(MONTHS[on.month - 1])
    if style not in {"", "name", "short"}:
        raise ValueError(f"unknown way of writing a month: {style!r}")
    return {"": f"{name} {on.year}", "name": name, "short": name[:3]}[style]


def span(period: Period) -> str:
    """ "januari–november 2026", "2026" for the whole year: in the reader's language, `Period.name` in the record's."""
    if period.last.month == len(MONTHS):
        return str(period.last.year)
    last = month(period.last)
    return last if period.first == period.last else f"{month(period.first, 'name')}–{last}"


def moment(value: dt.datetime, style: str = "") -> str:
    """ "14 mars 2026, 15.20"; without the year this year; "i dag 15.20" and "i går 15.20" for the last two days.

    `style`: "year" always the full form, as on paper; "clock" the hour alone.
    """
    at = timezone.localtime(value)
    clock = pgettext("klockslag", "%(hour)s.%(minute)s") % {"hour": f"{at.hour:02}", "minute": f"{at.minute:02}"}
    if style == "clock":
        return clock
    near = _near(at.date(), timezone.localdate())
    if near and style != "year":
        return f"{near} {clock}"
    return f"{day(at, style)}, {clock}"


def left(value: dt.date, style: str = "") -> str:
    """How long to a last day: "om 3 dagar", "i morgon", "i dag", "2 dagar sen".

    `style`: "short" for columns headed Tid kvar ("3 dagar").
    """
    days = (local_date(value) - timezone.localdate()).days
    if days == 0:
        return _("i dag")
    if days < 0:
        return ngettext("%(days)d dag sen", "%(days)d dagar sen", -days) % {"days": -days}
    if style == "short":
        return ngettext("%(days)d dag", "%(days)d dagar", days) % {"days": days}
    if days == 1:
        return _("i morgon")
    return ngettext("om %(days)d dag", "om %(days)d dagar", days) % {"days": days}


def limit(value: Limit) -> str:
    """ "10 arbetsdagar", as a county has promised it."""
    if value.days is not None:
        return ngettext("%(days)d dag", "%(days)d dagar", value.days) % {"days": value.days}
    assert value.working_days is not None  # noqa: S101  # a limit has one of them
    words = ngettext("%(days)d arbetsdag", "%(days)d arbetsdagar", value.working_days)
    return words % {"days": value.working_days}


def urgency(value: dt.date) -> str:
    """ "late" after the last day, "soon" within SOON_DAYS of it, otherwise empty; class names of the queue."""
    days = (local_date(value) - timezone.localdate()).days
    if days < 0:
        return "late"
    return "soon" if days <= SOON_DAYS else ""


def _near(on: dt.date, today: dt.date) -> str:
    words = {-1: pgettext("dag", "i går"), 0: pgettext("dag", "i dag"), 1: pgettext("dag", "i morgon")}
    return words.get((on - today).days, "")
