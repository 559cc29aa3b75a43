"""How the principals answer a decision: each for itself, with reason, seen by everyone it concerns."""

import datetime

import pytest

from deviations import clock, deadlines
from deviations.errors import Invalid, NotYours, Refused, WrongState
from deviations.history import verify
from deviations.models import Adoption, Deviation
from deviations.services import adopting, deciding, escalating, handling
from deviations.services.filing import file
from orgs.models import Organisation
from orgs.profiles.active import profile_of
from tests.cast import body, unit
from tests.deviations.steering import holder, now, received, steps_of
from tests.permissions.world import filing as varmlands


@pytest.fixture
def decision(cast, filing):
    deviation = received(filing, cast)
    return deciding.decide(deviation, text="En reserv finns alltid.", by=cast.bo)


@pytest.fixture
def karlskrona(cast):
    return holder("kent", "unit_manager", unit("blekinge", "1080-elevhalsan").principal)


def recommended(cast):
    """Two together, recommended by Värmland's beredningsgrupp."""
    vera = holder("vera", "reporter", unit("varmland", "1780-elevhalsan"))
    gunnar = holder("gunnar", "coordinator", body("varmland", "beredningsgrupp"))
    two = []
    for _each in range(2):
        deviation = file(varmlands("varmland", "1780-elevhalsan", "rv-bup-1", age=10, happened="Kom inte."), by=vera)
        handling.receive(deviation, by=cast.cecilia)
        two.append(now(deviation))
    lifted = escalating.escalate_several(two, title="SIP", summary="Återkommer.", by=cast.cecilia)
    return escalating.decide_escalation(lifted, text="Alla utser en reserv.", by=gunnar), gunnar


def test_every_principal_of_the_county_is_asked_with_a_last_day(decision, bo):
    asked = adopting.ask_adoption(decision, by=bo)
    limit = profile_of(decision.deviation.profile_version_id).limits.adoption
    roots = Organisation.objects.filter(county__slug="blekinge", parent=None, kind__in=["region", "municipality"])
    assert {a.principal_id for a in asked} == set(roots.values_list("pk", flat=True))
    assert {(a.answer, a.due_on) for a in asked} == {("waiting", deadlines.due_on(clock.today(), limit))}
    assert steps_of(decision.deviation)[-1] == "ask_adoption"


def test_varmlands_seventeen_are_asked_once_for_the_whole_bundle(cast):
    (first, second), gunnar = recommended(cast)
    assert len(adopting.ask_adoption(first, by=gunnar)) == 17
    with pytest.raises(Refused, match="redan fått frågan"):
        adopting.ask_adoption(second, by=gunnar)
    assert adopting.of_deviation(second.deviation).count() == 17


def test_private_providers_are_asked_only_when_they_are_chosen(cast):
    (first, _second), gunnar = recommended(cast)
    offered = list(adopting.may_be_asked(first.deviation.county))
    kinds = [root.kind for root in offered]
    assert kinds[:17] == ["region", *["municipality"] * 16]
    private = next(root for root in offered if root.kind == "private")
    asked = adopting.ask_adoption(first, principals=[private], by=gunnar)
    assert [adoption.principal for adoption in asked] == [private]
    assert {a.principal.kind for a in adopting.ask_adoption(first, by=gunnar)} == {"region", "municipality"}


def test_two_of_seventeen_decline_with_reason_and_every_deviation_tells_it(cast):
    (first, second), gunnar = recommended(cast)
    asked = adopting.ask_adoption(first, by=gunnar)
    for adoption in asked:
        by = holder(f"p{adoption.principal_id}", "unit_manager", adoption.principal)
        declines = adoption.principal.name in {"Hagfors kommun", "Eda kommun"}
        answer, reason = ("declined", "Ingen egen elevhälsa.") if declines else ("adopted", "")
        adopting.answer_adoption(adoption, answer=answer, reason=reason, by=by)
    said = adopting.tally(list(adopting.of_deviation(first.deviation)))
    assert (said.asked, said.adopted, said.declined, said.waiting) == (17, 15, 2, 0)
    for decision in (first, second):
        assert steps_of(decision.deviation).count("answer_adoption") == 17
        assert verify(now(decision.deviation)) is None
    entry = first.deviation.history.get(step="answer_adoption", acting_for="Eda kommun")
    assert (entry.data["answer"], entry.data["binding"]) == ("declined", False)


@pytest.mark.parametrize(
    ("answer", "reason", "field", "code"),
    [
        ("declined", "", "reason", "required"), ("partly", " ", "reason", "required"),
        ("waiting", "", "answer", "unknown"), ("kanske", "", "answer", "unknown"),
        ("declined", "Ring 070-123 45 67", "reason", "phone"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_answer_is_refused_at_its_field(answer, reason, field, code, decision, bo, karlskrona):
    adoption = _karlskronas(decision, bo)
    with pytest.raises(Invalid) as refused:
        adopting.answer_adoption(adoption, answer=answer, reason=reason, by=karlskrona)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    adoption.refresh_from_db()
    assert adoption.answer == "waiting"


def test_a_principal_may_change_its_mind_and_tells_when_it_is_done(decision, bo, karlskrona):
    adoption = _karlskronas(decision, bo)
    with pytest.raises(WrongState, match="Svara först"):
        adopting.carry_out_adoption(adoption, carried_out_on=clock.today(), by=karlskrona)
    adopting.answer_adoption(adoption, answer="declined", reason="Inga pengar.", by=karlskrona)
    adopting.answer_adoption(adoption, answer="adopted", by=karlskrona)
    tomorrow = clock.today() + datetime.timedelta(days=1)
    with pytest.raises(Invalid):
        adopting.carry_out_adoption(adoption, carried_out_on=tomorrow, by=karlskrona)
    done = adopting.carry_out_adoption(adoption, carried_out_on=clock.today(), by=karlskrona)
    assert (done.answer, done.reason, done.carried_out_on) == ("adopted", "", clock.today())
    assert steps_of(decision.deviation)[-3:] == ["answer_adoption", "answer_adoption", "carry_out_adoption"]


def test_the_principal_reads_the_question_and_not_the_deviation(decision, bo):
    adopting.ask_adoption(decision, by=bo)
    ronneby = holder("rut", "unit_manager", Organisation.objects.get(name="Ronneby kommun", parent=None))
    assert [a.principal.name for a in adopting.readable_by(ronneby)] == ["Ronneby kommun"]
    assert not Deviation.objects.visible_to(ronneby).exists()


@pytest.mark.parametrize("who", ["anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_nobody_but_the_principal_itself_answers(who, cast, decision):
    """Maria manages a unit of Karlskrona, and not Karlskrona."""
    adoption = _karlskronas(decision, cast.bo)
    with pytest.raises(NotYours, match="huvudmannen själv"):
        adopting.answer_adoption(adoption, answer="adopted", by=getattr(cast, who))
    with pytest.raises(NotYours, match="huvudmannen själv"):
        adopting.carry_out_adoption(adoption, carried_out_on=clock.today(), by=getattr(cast, who))
    assert not Adoption.objects.exclude(answer="waiting").exists()


def test_only_whole_principals_of_the_county_are_asked(decision, bo, county_varmland):
    for wrong in (unit("blekinge", "1080-elevhalsan"), unit("varmland", "rv-bup-1").principal):
        with pytest.raises(Invalid) as refused:
            adopting.ask_adoption(decision, principals=[wrong], by=bo)
        assert [code for code, _text in refused.value.fields["principals"]] == ["unknown"]
    assert not Adoption.objects.exists()


def _karlskronas(decision, bo):
    asked = adopting.ask_adoption(decision, by=bo)
    return next(a for a in asked if a.principal.name == "Karlskrona kommun")


def test_the_rest_can_be_asked_later_and_nobody_twice(decision, bo):
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    assert len(adopting.ask_adoption(decision, principals=[karlskrona], by=bo)) == 1
    with pytest.raises(Invalid) as refused:
        adopting.ask_adoption(decision, principals=[karlskrona], by=bo)
    assert [code for code, _text in refused.value.fields["principals"]] == ["already"]
    rest = adopting.ask_adoption(decision, by=bo)
    assert karlskrona not in {a.principal for a in rest}
