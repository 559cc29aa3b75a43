"""Tvist: opened by a side or the group, heard, somebody responsible meanwhile, decided; what it teaches the county."""

import datetime

import pytest
from django.utils import timezone

from deviations import clock
from deviations.deadlines import due_on
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.jobs import run_due
from deviations.models import Deviation, Dispute, Escalation, Party
from deviations.rights import may
from deviations.services import deciding, disputes, escalating, handling, receiving, statements
from deviations.services import filing as filing_service
from orgs.permissions import grant, keys_of
from orgs.profiles.active import profile_of
from orgs.profiles.parts import Limit
from tests.cast import body, person, unit

QUESTION = "Vem svarar för bedömningen när remissen har kommit tillbaka två gånger?"
WORDS = {
    "title": "Återsänd remiss efter bedömning i första linjen",
    "situation": "Skolan har gjort sin bedömning och remitterat. Specialistvården återsänder remissen.",
    "outcome": "Specialistvården tar emot och bedömer när första linjen har gjort sitt.",
}


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


@pytest.fixture
def disputed(filed, bo):
    """Received by Bo's group, which has opened a dispute."""
    handling.receive(filed, by=bo)
    disputes.open_dispute(filed, question=QUESTION, clause="lansavtal/ansvar", by=bo)
    return now(filed)


@pytest.fixture
def settled(disputed, bo):
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="BUP tar emot.", by=bo)
    return now(disputed)


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bo", "Samverkansgrupp Barn och unga"),
        ("maria", "Elevhälsan, Karlskrona kommun"),
        ("berit", "BUP, Region Blekinge"),
    ],
)
def test_the_group_and_either_side_may_open_a_dispute(cast, filed, name, shown):
    dispute = disputes.open_dispute(filed, question=QUESTION, by=getattr(cast, name))
    assert (dispute.status, dispute.opened_for, dispute.question) == ("open", shown, QUESTION)
    entry = filed.history.get(step="open_dispute")
    assert (entry.acting_for, entry.data) == (shown, {"question": QUESTION, "due_on": dispute.due_on.isoformat()})
    assert verify(now(filed)) is None


@pytest.mark.parametrize("name", ["anna", "lena", "cecilia", "disa", "ada"])
def test_nobody_else_opens_one(cast, filed, name):
    with pytest.raises(NotYours):
        disputes.open_dispute(filed, question=QUESTION, by=getattr(cast, name))
    assert not Dispute.objects.exists()


def test_its_last_day_follows_the_countys_limit(filed, bo):
    limit = profile_of(filed.profile_version_id).limits.dispute
    assert limit == Limit(working_days=10, assumed="Inget län anger en gräns för tvister.")
    assert disputes.open_dispute(filed, question=QUESTION, by=bo).due_on == due_on(clock.today(), limit)


def test_one_is_open_at_a_time_and_another_may_follow(disputed, bo, berit):
    with pytest.raises(WrongState, match=r"En tvist pågår redan\."):
        disputes.open_dispute(disputed, question=QUESTION, by=berit)
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
    disputes.open_dispute(disputed, question="Och vem betalar?", by=berit)
    assert list(disputed.disputes.order_by("pk").values_list("status", flat=True)) == ["decided", "open"]


def test_the_clause_is_the_one_given_else_the_one_that_the_category_rests_on(cast, filing):
    cited = filing_with(cast, filing, clause="lansavtal")
    resting = filing_with(cast, filing, category="responsibility/dispute")
    assert disputes.open_dispute(cited, question=QUESTION, by=cast.bo).clause_key == "lansavtal"
    assert disputes.open_dispute(resting, question=QUESTION, by=cast.bo).clause_key == "lansavtal/ansvar"


def filing_with(cast, fill_in, **changes):
    return filing_service.file(fill_in(**changes), by=cast.anna)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"question": " "}, "question", "required"),
        ({"question": "Gäller 20121212-1212."}, "question", "personal_identity_number"),
        ({"question": QUESTION, "clause": "finns/inte"}, "clause", "unknown"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_no_dispute_is_opened(filed, bo, given, field, code):
    with pytest.raises(Invalid) as refused:
        disputes.open_dispute(filed, **given, by=bo)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    assert not Dispute.objects.exists()


def test_the_unit_that_reported_and_was_asked_in_its_turn_is_one_side(cast, filed):
    handling.receive(filed, by=cast.bo)
    statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="Hur ser ni på det?", by=cast.bo)
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    receiving.pass_on(now(filed), unit=elevhalsan, reason="Skolan bedömer först.", by=cast.berit)
    disputes.open_dispute(now(filed), question=QUESTION, by=cast.bo)
    view = disputes.give_view(now(filed), text="Vi har gjort vår bedömning.", by=cast.maria)
    assert view.organisation == elevhalsan
    [side] = disputes.sides_of(now(filed), keys_of(cast.maria))
    assert side.role == "reporting"


# ── while it is open ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_nothing_is_decided_withdrawn_or_merged_before_the_dispute_is(filed, bo, anna):
    disputes.open_dispute(filed, question=QUESTION, by=bo)
    assert may(anna, "withdraw", now(filed)).reason == "Tvisten avgörs först."
    assert may(bo, "merge", now(filed)).reason == "Tvisten avgörs först."
    handling.receive(filed, by=bo)
    with pytest.raises(WrongState, match=r"Tvisten avgörs först\."):
        deciding.decide(filed, text="Ny rutin.", by=bo)
    disputes.decide_dispute(filed, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
    assert deciding.decide(filed, text="Ny rutin.", by=bo).text == "Ny rutin."


@pytest.mark.parametrize("step", ["give_view", "set_interim", "decide_dispute", "publish_precedent"])
def test_without_a_dispute_there_is_nothing_to_say_about_it(filed, bo, berit, step):
    answer = may(berit if step == "give_view" else bo, step, filed)
    said = "Det finns ingen avgjord tvist att göra vägledande." if step == "publish_precedent" else "Ingen tvist pågår."
    assert answer.reason == said


def test_each_side_gives_its_view_and_earlier_versions_stay(disputed, maria, berit):
    disputes.give_view(disputed, text="Bedömningen är gjord.", by=maria)
    disputes.give_view(disputed, text="Elevhälsan ska göra mer.", by=berit)
    view = disputes.give_view(disputed, text="Elevhälsan ska pröva samtal först.", by=berit)
    views = [(v.organisation.key, v.text) for v in disputed.disputes.get().views.select_related("organisation")]
    assert views == [
        ("1080-elevhalsan", "Bedömningen är gjord."),
        ("rb-bup", "Elevhälsan ska göra mer."),
        ("rb-bup", "Elevhälsan ska pröva samtal först."),
    ]
    assert disputed.history.last().acting_for == "BUP, Region Blekinge"
    assert view.by == berit


@pytest.mark.parametrize("name", ["bo", "anna", "lena", "ada"])
def test_only_the_sides_give_their_view(cast, disputed, name):
    with pytest.raises(NotYours, match=r"Bara den som svarar för en av de berörda enheterna"):
        disputes.give_view(disputed, text="Så här.", by=getattr(cast, name))


def test_whoever_answers_for_both_sides_says_for_which(disputed, maria):
    grant(maria, "investigator", unit("blekinge", "rb-bup"), by=None)
    with pytest.raises(Invalid, match="Välj vilken av era verksamheter") as refused:
        disputes.give_view(disputed, text="Så här.", by=maria)
    assert list(refused.value.fields) == ["organisation"]
    bup = unit("blekinge", "rb-bup")
    assert disputes.give_view(disputed, text="Så här.", organisation=bup, by=maria).organisation == bup


def test_nobody_speaks_for_another_side(disputed, maria):
    with pytest.raises(Invalid, match="Välj vilken av era verksamheter"):
        disputes.give_view(disputed, text="Så här.", organisation=unit("blekinge", "rb-bup"), by=maria)


def test_who_acts_meanwhile_holds_at_once_and_may_be_said_anew(disputed, bo):
    bup, karlskrona = unit("blekinge", "rb-bup"), unit("blekinge", "1080-elevhalsan").principal
    disputes.set_interim(disputed, responsible=bup, reason="Barnet väntar.", by=bo)
    dispute = disputes.set_interim(disputed, responsible=karlskrona, reason="BUP har stängt.", by=bo)
    assert (dispute.interim_responsible, dispute.interim_reason) == (karlskrona, "BUP har stängt.")
    said = [entry.data for entry in disputed.history.filter(step="set_interim").order_by("sequence")]
    assert said == [
        {"responsible": "BUP, Region Blekinge", "reason": "Barnet väntar."},
        {"responsible": "Karlskrona kommun", "reason": "BUP har stängt."},
    ]


@pytest.mark.parametrize("step", ["set_interim", "decide_dispute"])
def test_only_those_whom_the_deviation_concerns_can_be_made_responsible(disputed, bo, step):
    other, told = unit("blekinge", "rb-vardcentral"), "reason" if step == "set_interim" else "text"
    with pytest.raises(Invalid, match="Välj en av de verksamheter som avvikelsen berör"):
        getattr(disputes, step)(disputed, responsible=other, **{told: "Därför."}, by=bo)


@pytest.mark.parametrize("step", ["set_interim", "decide_dispute"])
@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "ada"])
def test_the_sides_do_not_judge_their_own_dispute(cast, disputed, step, name):
    told = "reason" if step == "set_interim" else "text"
    with pytest.raises(NotYours):
        getattr(disputes, step)(
            disputed, responsible=unit("blekinge", "rb-bup"), **{told: "Därför."}, by=getattr(cast, name)
        )


# ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_body_that_decides_binds(disputed, bo):
    bup = unit("blekinge", "rb-bup")
    dispute = disputes.decide_dispute(disputed, responsible=bup, text="BUP tar emot.", by=bo)
    assert (dispute.status, dispute.responsible, dispute.binding) == ("decided", bup, True)
    assert dispute.decided_by_body == body("blekinge", "sg_barn_unga")
    assert disputed.history.last().data == {
        "responsible": "BUP, Region Blekinge", "text": "BUP tar emot.", "agreed": False, "binding": True,
    }  # fmt: skip


def test_a_body_that_may_only_recommend_recommends_but_what_the_parties_agree_on_binds_them(disputed, bo):
    bup = unit("blekinge", "rb-bup")
    group = body("blekinge", "sg_barn_unga")
    type(group).objects.filter(pk=group.pk).update(may_decide=False)
    assert disputes.decide_dispute(disputed, responsible=bup, text="BUP bör ta emot.", by=bo).binding is False
    disputes.open_dispute(disputed, question="Och vem betalar?", by=bo)
    agreed = disputes.decide_dispute(disputed, responsible=bup, text="BUP betalar.", agreed=True, by=bo)
    assert (agreed.status, agreed.binding) == ("settled", True)


def test_the_steering_body_that_has_the_matter_may_answer(disputed, bo):
    leif = person("leif", "Leif Lund")
    grant(leif, "coordinator", body("blekinge", "lsvo"), by=None)
    escalating.escalate(disputed, reason="Vi kommer inte överens.", by=bo)
    dispute = disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=leif)
    assert dispute.decided_by_body == body("blekinge", "lsvo")


# ── past its last day ────────────────────────────────────────────────────────────────────────────────────────────────
def in_days(days):
    return clock.at(timezone.now() + datetime.timedelta(days=days))


def test_on_its_last_day_it_waits_and_the_day_after_it_goes_to_the_steering_body_once(disputed):
    dispute = disputed.disputes.get()
    days = (dispute.due_on - clock.today()).days
    with in_days(days):
        assert disputes.lift_overdue() == 0
    with in_days(days + 1):
        assert [disputes.lift_overdue(), disputes.lift_overdue()] == [1, 0]
    escalation = Escalation.objects.get()
    assert (escalation.to_body.key, escalation.sent_by) == ("lsvo", None)
    assert escalation.summary == f"Tvisten är inte avgjord i tid. Frågan är: {QUESTION}"
    assert now(disputed).parties.filter(role=Party.Role.STEERING, body__key="lsvo").exists()
    assert disputed.history.last().acting_for == "Samsyn"


def test_an_answered_dispute_is_not_lifted(settled):
    with in_days(400):
        assert disputes.lift_overdue() == 0


def test_what_the_steering_body_has_already_is_not_lifted_again(disputed, bo):
    escalating.escalate(disputed, reason="Vi kommer inte överens.", by=bo)
    with in_days(400):
        assert disputes.lift_overdue() == 0


def test_it_is_one_of_the_jobs(disputed):
    with in_days(400):
        run_due()
    assert Escalation.objects.count() == 1
