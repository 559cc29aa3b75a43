"""What the groups have found to recur: only what they have confirmed, in their own words (A16, B03).

No number of a pattern stands beside a table, since the two together could give a small number away: it is told in
words, and over the whole time that the pattern has been followed.
"""

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.models import Pattern
from deviations.reports.basis import Basis
from deviations.reports.content import Line, Lines, Section
from deviations.reports.sections.cases import bodies_of

S = Pattern.Status
TOLD = (S.ACCEPTED, S.THEME, S.ESCALATED)
STEPS = (100, 50, 25, 10)
"""At least so many. Fewer than the last, or than twice the county's threshold, are "several"."""
SHOWN = 12


def patterns(basis: Basis) -> Section | None:
    """None when the groups have confirmed nothing before the period's end."""
    found = list(
        Pattern.objects.filter(
            body__in=bodies_of(basis), status__in=TOLD, judged_at__date__lte=basis.period_end,
            judged_at__lte=basis.cut_off,
        )
        .select_related("body", "escalation__to_body")
        .annotate(number=Count("deviations"))
        .order_by("-judged_at", "-pk")[:SHOWN]
    )  # fmt: skip
    if not found:
        return None
    return Section(
        id="patterns",
        title=ngettext("Ett mönster återkommer", "%(n)d mönster återkommer", len(found)) % {"n": len(found)},
        deck=_("Det som grupperna själva har bekräftat, med sina egna ord."),
        blocks=(Lines(id="patterns", title=_("Mönster och teman"), lines=tuple(_line(basis, one) for one in found)),),
    )


def _line(basis: Basis, pattern: Pattern) -> Line:
    """By its theme; otherwise by the name that the group has given it."""
    name = pattern.theme or pattern.title
    words = _("%(body)s, sedan %(since)s: %(many)s.") % {
        "body": pattern.body.name,
        "since": date_format(localdate(pattern.found_at), "F Y"),
        "many": how_many(getattr(pattern, "number", 0), basis.numbers.threshold),
    }
    if pattern.escalation is not None:
        words += " " + _("Lyft till %(body)s.") % {"body": pattern.escalation.to_body.name}
    state = str(pattern.get_status_display())
    return Line(lead=name[:1].upper() + name[1:], text=words, state=state[:1].upper() + state[1:], tone="going")


def how_many(number: int, threshold: int) -> str:
    """ "flera avvikelser", "minst 25 avvikelser": never the number itself."""
    for step in STEPS:
        if number >= max(step, 2 * threshold) and step >= 2 * threshold:
            return _("minst %(step)d avvikelser") % {"step": step}
    return _("flera avvikelser")
