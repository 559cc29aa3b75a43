"""What reporting led to: measures decided, done and checked, and how the principals carry decisions out (C04, I03)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import Adoption
from deviations.reports.basis import Basis
from deviations.reports.content import Block, Cell, Figure, Figures, Section, Table
from deviations.reports.decided import answers, chosen
from deviations.reports.printing import cell, column, number, percent, plain, small_note, text, withheld

EFFECTS: Mapping[str, str | Promise] = {
    "verified": gettext_lazy("Effekt bekräftad"),
    "not_verified": gettext_lazy("Ingen effekt"),
    "too_early": gettext_lazy("För tidigt att säga"),
    "waiting": gettext_lazy("Inte kontrollerad än"),
}
ANSWERS = ("adopted", "partly", "declined", "waiting")


DONE: Mapping[str, str | Promise] = {
    "done": gettext_lazy("Genomförda"),
    "going": gettext_lazy("Pågår"),
    "stalled": gettext_lazy("Står still"),
}


def measures(basis: Basis) -> Section:
    blocks: tuple[Block, ...] = (
        _figures(basis),
        _table(basis, "measures", _("Hur långt är åtgärderna?"), _("Läge"), DONE),
        _table(basis, "effect", _("Hjälpte åtgärderna?"), _("Effekt"), EFFECTS),
        _by_principal(basis),
    )
    of_decisions = _by_decision(basis)
    return Section(
        id="measures",
        title=_title(basis),
        deck=_("Åtgärder i de avvikelser som kom in, och huvudmännens svar på organets beslut."),
        blocks=(*blocks, of_decisions) if of_decisions.rows else blocks,
    )


def _title(basis: Basis) -> str:
    filed, led = basis.count("filed").value, basis.count("led", "yes").value
    if not filed or led is None:
        return _("Vad det ledde till")
    return _("%(n)s av %(all)s ledde till en åtgärd") % {"n": number(led), "all": number(filed)}


def _figures(basis: Basis) -> Figures:
    filed, threshold = basis.count("filed"), basis.numbers.threshold
    found = []
    for label, count, measure in (
        (_("Ledde till en åtgärd"), basis.count("led", "yes"), "led"),
        (_("Åtgärd genomförd"), basis.count("reached", "carried_out"), "mode_e"),
        (_("Effekt bekräftad"), basis.count("reached", "effect"), "reached"),
    ):
        told = cell(count, threshold)
        if count.value is None or not filed.value:
            found.append(Figure(label=label, cell=told, measure=measure))
            continue
        beside = _("%(n)s av %(all)s") % {"n": told.text, "all": number(filed.value)}
        found.append(Figure(label=label, cell=percent(count.value, filed.value), beside=beside, measure=measure))
    return Figures(id="led", figures=tuple(found))


def _table(basis: Basis, id: str, title: str, head: str, names: Mapping[str, str | Promise]) -> Table:
    """Of the measures themselves. What stands still has passed its last day, or the day when its effect was due."""
    heads = (head, _("Åtgärder"), _("Andel"))
    if not basis.tells(id):
        return Table(id=id, title=title, head=heads, rows=(), withheld=withheld())
    counts, whole = [basis.count(id, row) for row in names], basis.count("measures", "Σ")
    shares = column(counts, whole.value, basis.rounding)
    rows = tuple(
        (text(str(label)), cell(count, basis.numbers.threshold), share)
        for label, count, share in zip(names.values(), counts, shares, strict=True)
    )
    foot = (text(_("Summa")), cell(whole, basis.numbers.threshold), text(""))
    hides = any(one.mark == "hidden" for row in (*rows, foot) for one in row)
    return Table(
        id=id, title=title, measures=(id,), head=heads, rows=rows, foot=foot,
        note=small_note(basis.numbers.threshold) if hides else "",
    )  # fmt: skip


def _by_principal(basis: Basis) -> Table:
    """Counts of answers about decisions: about no persons."""
    keys = sorted(
        {name.split("|")[2] for name in basis.numbers.keys_in("adoption", basis.scope)} - {"Σ"},
        key=lambda key: basis.name("principal", key),
    )
    rows: list[tuple[Cell, ...]] = []
    for key in keys:
        values = [basis.count("adoption", key, answer).value or 0 for answer in ANSWERS]
        if any(values):
            rows.append((text(basis.name("principal", key)), *(plain(value) for value in values)))
    return Table(
        id="adoption", title=_("Huvudmännens svar på beslut"), measures=("adoption",),
        deck=_("Ett organ som bara får rekommendera binder ingen: varje huvudman svarar för sig."),
        head=(_("Huvudman"), _("Inför"), _("Inför delvis"), _("Inför inte"), _("Har inte svarat")), rows=tuple(rows),
        note="" if rows else _("Ingen huvudman har blivit tillfrågad under perioden."),
    )  # fmt: skip


def _by_decision(basis: Basis) -> Table:
    """Of the decisions that the author has chosen: each principal's answer, and since when one is late (I03)."""
    day = basis.period_end
    rows = tuple(
        (text(choice.lead), text(one.principal.name), text(_answer(one)), text(_since(one, day)))
        for choice in chosen(basis.body, basis.text)
        for one in answers(choice)
    )
    return Table(
        id="decisions", title=_("Beslut för beslut"), measures=("adoption",),
        head=(_("Beslut"), _("Huvudman"), _("Svar"), _("Genomfört")), rows=rows, wide=True,
    )  # fmt: skip


def _answer(adoption: Adoption) -> str:
    words = adoption.get_answer_display()
    return words[:1].upper() + words[1:]


def _since(adoption: Adoption, day: object) -> str:
    if adoption.carried_out_on is not None:
        return adoption.carried_out_on.isoformat()
    if adoption.answer == Adoption.Answer.WAITING and adoption.due_on.isoformat() < str(day):
        return _("Svaret är sent sedan %(day)s") % {"day": adoption.due_on.isoformat()}
    return "–"
