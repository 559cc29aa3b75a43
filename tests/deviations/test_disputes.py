"""Tvist: opened by a side or the group, heard, somebody responsible meanwhile, decided; what it teaches the county."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import clock, precedents
from deviations.deadlines import due_on
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.jobs import run_due
from deviations.models import Deviation, DiaryEntry, Dispute, Escalation, Party, Precedent
from deviations.precedents import alike, matter_filed, readable_by, saying
from deviations.rights import may
from deviations.services import deciding, disputes, handling
from deviations.services import filing as filing_service
from deviations.services.precedents import publish_precedent, withdraw_precedent
from orgs.permissions import grant
from orgs.profiles.active import profile_of
from orgs.profiles.parts import Limit
from tests.cast import body, person, unit

QUESTION = "Vem svarar för bedömningen när remissen har kommit tillbaka två gånger?"
WORDS = {
    "title": "Återsänd remiss efter bedömning i första linjen",
    "situation": "Skolan har gjort sin bedömning och remitterat. Specialistvården återsänder remissen.",
    "outcome": "Specialistvården tar emot och bedömer när första linjen har gjort sitt.",
}
TEXTS = (
    *WORDS, "category", "clause_key", "problem_area", "kinds", "search_stems", "withdrawn_reason",
)  # fmt: skip


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


@pytest.fixture
def precedent(settled, bo):
    return publish_precedent(settled, **WORDS, by=bo)


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
    handling.escalate(disputed, reason="Vi kommer inte överens.", by=bo)
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
    handling.escalate(disputed, reason="Vi kommer inte överens.", by=bo)
    with in_days(400):
        assert disputes.lift_overdue() == 0


def test_it_is_one_of_the_jobs(disputed):
    with in_days(400):
        run_due()
    assert Escalation.objects.count() == 1


# ── what it teaches ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_decided_dispute_is_made_to_guide_the_county(settled, bo):
    made = publish_precedent(settled, **WORDS, by=bo)
    shown = (made.category, made.clause_key, made.problem_area, made.kinds, made.body.key)
    kinds = ["child_psychiatry", "school_health"]
    assert shown == ("sip/called_party_absent", "lansavtal/ansvar", "", kinds, "sg_barn_unga")
    assert settled.history.last().data == {"title": WORDS["title"], "precedent": str(made.public_id)}
    with pytest.raises(WrongState, match="ingen avgjord tvist"):
        publish_precedent(settled, **WORDS, by=bo)


def test_what_the_parties_agreed_on_themselves_guides_nobody_else(disputed, bo):
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="Ja.", agreed=True, by=bo)
    with pytest.raises(WrongState, match="ingen avgjord tvist"):
        publish_precedent(disputed, **WORDS, by=bo)


@pytest.mark.parametrize("field", ["title", "situation", "outcome"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("Ring 0455-123 45 67.", "phone"),
        ("Så var det: kallelse till SIP-möte  gick ut tre veckor i förväg. Sedan hände inget.", "taken_over"),
    ],
)
def test_it_is_written_anew_and_without_identity(settled, bo, field, text, code):
    with pytest.raises(Invalid) as refused:
        publish_precedent(settled, **{**WORDS, field: text}, by=bo)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    assert not Precedent.objects.exists()


def test_a_long_title_is_refused(settled, bo):
    with pytest.raises(Invalid, match="högst 160 tecken"):
        publish_precedent(settled, **{**WORDS, "title": "å" * 161}, by=bo)


def test_it_carries_nothing_of_the_deviation_but_codes(precedent):
    """The local reference is EH-17; what happened speaks of a summons."""
    kept = Precedent.objects.filter(pk=precedent.pk).values(*TEXTS).get()
    carried = " ".join(map(str, kept.values())).casefold()
    theirs = ("eh-17", "kallelse", "karlskrona", "anna", "14", QUESTION.casefold())
    assert [word for word in theirs if word in carried] == []


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "lena", "ada"])
def test_everyone_with_a_role_in_the_county_reads_it(cast, precedent, name):
    assert list(readable_by(getattr(cast, name))) == [precedent]


@pytest.mark.parametrize("name", ["cecilia", "disa"])
def test_nobody_else_does(cast, precedent, name):
    assert list(readable_by(getattr(cast, name))) == []


@pytest.mark.parametrize("words", ["", "remisser", "REMISSEN", "återsända skolans", "första linj", "spec"])
def test_it_is_found_by_its_words_in_any_form(precedent, words):
    assert list(Precedent.objects.filter(saying(words))) == [precedent]


@pytest.mark.parametrize("words", ["elevhälsan", "lin första", "?!", "skola betalar"])
def test_it_is_not_found_by_other_words(precedent, words):
    assert list(Precedent.objects.filter(saying(words))) == []


# ── the next similar matter ──────────────────────────────────────────────────────────────────────────────────────────
def why(filing, profile):
    return [(found.precedent.title, found.why) for found in alike(matter_filed(filing, profile))]


@pytest.fixture
def profile(filed):
    return profile_of(filed.profile_version_id)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Samma fråga mellan samma slags verksamheter"),
        ({"category": "responsibility/dispute"}, "Samma punkt i överenskommelsen"),
        ({"category": "waiting", "clause": "lansavtal/ansvar"}, "Samma punkt i överenskommelsen"),
        ({"category": "waiting"}, None),
        ({"category": ""}, None),
    ],
)
def test_it_is_shown_at_the_next_similar_filing(precedent, filing, profile, changes, expected):
    assert why(filing(**changes), profile) == ([(WORDS["title"], expected)] if expected else [])


def test_the_same_question_between_other_kinds_of_units_is_another(precedent, filing, profile):
    other = filing(receiving_units=(unit("blekinge", "rb-vardcentral"),))
    assert why(other, profile) == []


def test_the_same_area_is_alike(precedent, filing, profile):
    Precedent.objects.update(problem_area="oro_angest")
    asked = filing(category="waiting", problem_area="oro_angest")
    assert why(asked, profile) == [(WORDS["title"], "Samma problemområde")]


def test_not_one_of_another_county_nor_one_that_has_been_withdrawn(precedent, filing, profile, county_varmland):
    Precedent.objects.update(county=county_varmland)
    assert why(filing(), profile) == []
    Precedent.objects.update(county=filing().reporting_unit.county, withdrawn_at=timezone.now())
    assert why(filing(), profile) == []


def test_the_three_best_are_shown_the_newest_first_among_equals(cast, precedent, filing, profile):
    for number in range(4):
        further(cast, filing, f"Nummer {number}")
    best = further(cast, filing, "Samma punkt", category="responsibility/dispute")
    found = [row.precedent.title for row in alike(matter_filed(filing(clause=best.clause_key), profile))]
    assert found == [WORDS["title"], "Samma punkt", "Nummer 3"]


def further(cast, fill_in, title, **changes):
    deviation = filing_service.file(fill_in(**changes), by=cast.anna)
    disputes.open_dispute(deviation, question=QUESTION, by=cast.bo)
    disputes.decide_dispute(deviation, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=cast.bo)
    return publish_precedent(deviation, **{**WORDS, "title": title}, by=cast.bo)


@pytest.mark.parametrize("many", [1, 30])
def test_likeness_costs_one_statement(cast, filing, profile, many):
    for number in range(many):
        further(cast, filing, f"Nummer {number}")
    with CaptureQueriesContext(connection) as captured:
        assert len(alike(matter_filed(filing(), profile))) == min(many, precedents.BEST)
    assert len(captured) == 1


# ── taking it back ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_body_takes_it_back_with_a_reason_in_its_diary(precedent, bo):
    withdraw_precedent(precedent, reason="Ny överenskommelse från januari.", by=bo)
    kept = Precedent.objects.get(pk=precedent.pk)
    assert (bool(kept.withdrawn_at), kept.withdrawn_reason) == (True, "Ny överenskommelse från januari.")
    entry = DiaryEntry.objects.get(step="withdraw_precedent")
    assert (entry.body.key, entry.data["reason"]) == ("sg_barn_unga", "Ny överenskommelse från januari.")
    with pytest.raises(WrongState, match="redan återkallat"):
        withdraw_precedent(precedent, reason="Igen.", by=bo)


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "ada", "cecilia"])
def test_nobody_else_takes_it_back(cast, precedent, name):
    with pytest.raises(NotYours, match="Bara det organ som har publicerat"):
        withdraw_precedent(precedent, reason="Nej.", by=getattr(cast, name))


@pytest.mark.parametrize(("reason", "code"), [(" ", "required"), ("Ring 0455-123 45 67.", "phone")])
def test_it_is_taken_back_with_a_reason_that_names_nobody(precedent, bo, reason, code):
    with pytest.raises(Invalid) as refused:
        withdraw_precedent(precedent, reason=reason, by=bo)
    assert [c for c, _text in refused.value.fields["reason"]] == [code]
    assert not DiaryEntry.objects.exists()
