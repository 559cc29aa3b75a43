"""First page: what hurts people most, what was decided and how far it has come, and what the reader is asked to do.

Every sentence is written from numbers that are told, and says them.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.reports.basis import Basis
from deviations.reports.content import Line, Lines, Section, Text
from deviations.reports.decided import chosen, state_of
from deviations.reports.printing import cell, number, percent
from deviations.reports.sections.agreements import ran_out, worst_expired

MOST = 3


def first_page(basis: Basis) -> Section:
    return Section(
        id="first_page", title=_("Det viktigaste"), blocks=(hurts(basis), decided(basis), asks(basis)), columns=True
    )  # fmt: skip


def own_words(basis: Basis) -> Section | None:
    words = [part.strip() for part in str(basis.text.get("summary", "")).splitlines() if part.strip()]
    if not words:
        return None
    text = Text(id="summary", paragraphs=tuple(words), author=True)
    return Section(id="summary", title=_("Organets egna ord"), blocks=(text,))


def standfirst(basis: Basis) -> str:
    """One to four sentences. Nothing is claimed whose number is hidden."""
    filed = basis.count("filed")
    if filed.value is None:
        return _("Färre än %(threshold)d avvikelser, eller så få att de kunde räknas fram. Inga tal visas.") % {
            "threshold": basis.numbers.threshold
        }
    if filed.value == 0:
        return _("Ingen avvikelse kom in under %(period)s.") % {"period": basis.period.name}
    came = ngettext(
        "%(n)s avvikelse kom in under %(period)s.", "%(n)s avvikelser kom in under %(period)s.", filed.value
    ) % {"n": number(filed.value), "period": basis.period.name}
    said = (came, _answers(basis, filed.value), _led(basis, filed.value), _expired(basis))
    return " ".join(sentence for sentence in said if sentence)


def _answers(basis: Basis, filed: int) -> str:
    in_time, answered = basis.count("answer", "in_time").value, basis.count("answered").value
    if in_time is None and answered is None:
        return _("Hur många som fick svar i tid är dolt, så att inget litet tal kan räknas fram.")
    if in_time is None:
        share = {"n": number(answered or 0), "share": percent(answered, filed).text}
        return _("%(n)s av dem (%(share)s) har fått ett första svar; hur många i tid är dolt.") % share
    told = {"n": number(in_time), "share": percent(in_time, filed).text}
    return _("%(n)s av dem (%(share)s) fick ett första svar inom den avtalade tiden.") % told


def _led(basis: Basis, filed: int) -> str:
    led = basis.count("led", "yes").value
    if led is None:
        return ""
    if not led:
        return _("Ingen har lett till en åtgärd än.")
    return _("%(n)s (%(share)s) har lett till en åtgärd.") % {"n": number(led), "share": percent(led, filed).text}


def _expired(basis: Basis) -> str:
    worst = worst_expired(basis)
    if worst is None:
        return ""
    agreement, count = worst
    return _("Det avtal som åberopas mest, %(name)s (%(n)s gånger), gick ut %(year)s.") % {
        "name": agreement.name, "n": number(count), "year": ran_out(agreement).year,
    }  # fmt: skip


def hurts(basis: Basis) -> Lines:
    """The three largest categories that are told; good examples and "other" are no harm."""
    categories = {c.code: c for c in basis.profile.categories if not c.good_example and not c.comment_required}
    counts = {code: count for code, count in basis.rows("category").items() if code in categories and count.value}
    most = sorted(counts, key=lambda code: (-(counts[code].value or 0), code))[:MOST]
    lines = tuple(
        Line(
            lead=categories[code].name, text=f"{categories[code].short}.",
            count=cell(counts[code], basis.numbers.threshold),
        )
        for code in most
    )  # fmt: skip
    return Lines(
        id="hurts", title=_("Det som drabbar mest"), lines=lines, empty=_("Inget tal är stort nog för att visas.")
    )


def decided(basis: Basis) -> Lines:
    """Those that the author has chosen, in the author's words; the state is the one of the day it is read."""
    lines = []
    for choice in chosen(basis.body, basis.text):
        state = state_of(choice, basis.cut_off)
        lines.append(
            Line(
                lead=choice.lead, text=" ".join(filter(None, (choice.text, state.adopted))), state=state.words,
                tone=state.tone,
            )
        )  # fmt: skip
    return Lines(
        id="decided", title=_("Det som beslutats"), lines=tuple(lines), empty=_("Inget beslut är valt till rapporten.")
    )


def asks(basis: Basis) -> Lines:
    wanted = [line.strip() for line in str(basis.text.get("asks", "")).splitlines() if line.strip()]
    return Lines(
        id="asks", title=_("Det ni ombeds göra"), numbered=True, lines=tuple(Line(text=line) for line in wanted),
        empty=_("Inget särskilt begärs."),
    )  # fmt: skip
