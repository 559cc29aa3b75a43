"""What a coordinator has around the queue: a shared view, standard texts, and deviations that belong together."""

from collections import Counter
from dataclasses import replace

from deviations.demo.people import Cast
from deviations.models import Deviation
from deviations.services import desk, merging
from deviations.services.filing import file, filing_of
from deviations.workflow import State
from orgs.models import Body, County

VIEWS = (("Uteblivna från SIP", "slag=sip/called_party_absent"), ("Hög risk", "risk=hog"))
TEXTS = (
    ("request_statement", "sip", "Fråga om utebliven part",
     "Hur tog ni emot kallelsen, och vem hos er bevakar den? Vad gör ni för att det inte ska hända igen?"),
    ("give_feedback", "", "Tack för att du anmälde",
     "Tack för att du anmälde. Vi har gått igenom vad som hände tillsammans med dem som det gällde. Så här blev det:"),
    ("request_completion", "", "Vilka var kallade?", "Vilka verksamheter var kallade, och när gick kallelsen ut?"),
)  # fmt: skip


def make_desks(counties: list[County], cast: Cast) -> None:
    """Texts and views in every body, and in the one with most to do in each county some that belong together."""
    for body in Body.objects.filter(county__in=counties, pk__in=list(cast.coordinators)).select_related("county"):
        _furnish(body, cast)
    for county in counties:
        waiting = Deviation.objects.filter(
            county=county, state=State.RECEIVED, accountable_body__in=list(cast.coordinators)
        ).exclude(kind=Deviation.Kind.GOOD_EXAMPLE)
        most = Counter(waiting.values_list("accountable_body", flat=True)).most_common(1)
        if most:
            own = list(waiting.filter(accountable_body=most[0][0]).order_by("-filed_at")[:40])
            _belonging_together(own[0], own[1:], cast)


def _furnish(body: Body, cast: Cast) -> None:
    by = cast.coordinators[body.pk]
    for name, query in VIEWS:
        desk.save_view(body=body, name=name, query=f"organ={body.key}&{query}", shared=True, by=by)
    for step, category, name, text in TEXTS:
        desk.write_standard_text(body=body, step=step, category=category, name=name, text=text, by=by)


def _belonging_together(first: Deviation, others: list[Deviation], cast: Cast) -> None:
    """One assigned and linked, one more of the same event merged into it, and one that happens again and again."""
    assert first.accountable_body_id is not None and first.reporting_unit_id is not None  # noqa: S101, PT018  # submitted
    by, reporter = cast.coordinators[first.accountable_body_id], cast.reporters[first.reporting_unit_id]
    desk.assign(first, to=by, by=by)
    if others:
        merging.link(first, other=others[0], reason="Samma brist hos samma mottagare.", by=by)
    told = filing_of(first)
    second = file(
        replace(told, happened=f"{told.happened} Vi väntade en timme innan vi gick.", local_reference=""), by=reporter
    )
    if second.accountable_body_id == first.accountable_body_id:
        merging.merge(second, into=first, by=by)
    often = "Ingen svarar på det telefonnummer som vi har fått, och ingen ringer tillbaka."
    file(replace(told, happened=often, occurrences=9, solved_on_the_spot=True, local_reference=""), by=reporter)
