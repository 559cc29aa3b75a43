"""Whether the agreements are known where they are to be followed, and what in them is out of date (E03, E04, E06)."""

from collections import defaultdict

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.models import Duty
from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Line, Lines, Section, Table
from deviations.reports.printing import percent, plain, text
from deviations.reports.sections.agreements import state
from deviations.services.registers import newest_answers
from orgs.models import Agreement, Organisation


def acknowledged(basis: Basis) -> Section | None:
    """Counts of units and agreements: about no persons."""
    agreements = list(Agreement.objects.filter(county=basis.body.county_id).order_by("name", "pk"))
    if not agreements:
        return None
    return Section(
        id="acknowledged",
        title=_("Är överenskommelserna kända?"),
        deck=_("Varje enhets egen chef svarar om överenskommelsen är känd, accepterad och tillämpas."),
        blocks=(_known(basis, agreements), _followed_up(basis, agreements), _gone(basis, agreements)),
    )


def _known(basis: Basis, agreements: list[Agreement]) -> Table:
    units = _units(basis)
    answers = newest_answers(agreements, units)
    by_agreement = defaultdict(list)
    for (of, _unit), answer in answers.items():
        by_agreement[of].append(answer)
    rows = []
    for agreement in agreements:
        given = by_agreement[agreement.pk]
        told = sum(one.known for one in given), sum(one.applied for one in given)
        rows.append(
            (
                text(agreement.name), plain(len(given)), plain(len(units) - len(given)), plain(told[0]),
                plain(told[1]), percent(told[0], len(units)),
            )
        )  # fmt: skip
    head = (
        _("Överenskommelse"), _("Enheter som svarat"), _("Har inte svarat"), _("Känd"), _("Tillämpas"),
        _("Känd, av alla enheter"),
    )  # fmt: skip
    return Table(
        id="known", title=_("Enheternas svar"), measures=("acknowledged",), head=head, rows=tuple(rows), wide=True
    )


def _units(basis: Basis) -> list[Organisation]:
    """Those in force on the last day that are neither principals nor administrations."""
    found = Organisation.objects.filter(county=basis.body.county_id, parent__isnull=False)
    found = found.exclude(unit_kind="administration").exclude(valid_to__lt=basis.period_end)
    return list(found.exclude(valid_from__gt=basis.period_end).order_by("path"))


def _followed_up(basis: Basis, agreements: list[Agreement]) -> Table:
    """The agreement's own duty of following up, with what shows that it was done."""
    duties = Duty.objects.filter(
        body__county=basis.body.county_id, kind=Duty.Kind.AGREEMENT,
        due_on__range=(basis.period.first, basis.period_end),
    ).order_by("due_on", "pk")  # fmt: skip
    by_key: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        by_key[duty.key.split(":")[1]].append(duty)
    known = {each.id: each for each in basis.profile.agreements}
    rows: list[tuple[Cell, ...]] = []
    for agreement in agreements:
        for duty in by_key[agreement.key]:
            done = date_format(duty.done_on, "j F Y") if duty.done_on else _("Inte gjord")
            rows.append(
                (
                    text(agreement.name), text(state(known.get(agreement.key), basis.period_end)),
                    text(date_format(duty.due_on, "j F Y")), text(done), text(duty.evidence or "–"),
                )
            )  # fmt: skip
    return Table(
        id="followed_up", title=_("Uppföljning som överenskommelsen själv kräver"), measures=("followed_up",),
        head=(_("Överenskommelse"), _("Läge"), _("Senast"), _("Gjord"), _("Underlag")), rows=tuple(rows), wide=True,
        note="" if rows else _("Ingen uppföljning skulle göras under perioden."),
    )  # fmt: skip


def _gone(basis: Basis, agreements: list[Agreement]) -> Lines:
    """Units that an agreement names though they no longer exist."""
    there = Organisation.objects.filter(county=basis.body.county_id).order_by("name", "pk")
    ended, working = there.filter(valid_to__lt=basis.period_end), there.exclude(valid_to__lt=basis.period_end)
    gone = {name.casefold(): one for one in ended for name in (one.name, *one.aliases)}
    names = {name.casefold() for one in working for name in (one.name, *one.aliases)}
    lines = tuple(
        Line(lead=agreement.name, text=_("nämner %(unit)s, som upphörde %(day)s.") % {"unit": party, "day": _day(unit)})
        for agreement in agreements
        for party in agreement.parties
        if party.casefold() not in names and (unit := gone.get(party.casefold())) is not None
    )
    title = ngettext(
        "%(n)d verksamhet som nämns finns inte längre", "%(n)d verksamheter som nämns finns inte längre", len(lines)
    ) % {"n": len(lines)}  # fmt: skip
    return Lines(
        id="gone", title=title if lines else _("Verksamheter som inte finns längre"), lines=lines,
        empty=_("Alla verksamheter som nämns finns."),
    )  # fmt: skip


def _day(unit: Organisation) -> str:
    return date_format(unit.valid_to, "j F Y") if unit.valid_to else ""
