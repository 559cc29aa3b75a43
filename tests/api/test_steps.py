"""Every step through the API: the table agrees with the workflow, and the main road leads all the way."""

import datetime

import pytest
from django.utils import timezone

from api.steps import ACTIONS
from deviations.models import Deviation
from deviations.workflow import STEPS
from tests.cast import body, unit


def test_every_step_of_the_workflow_can_be_taken_and_no_other():
    assert set(ACTIONS) == set(STEPS)


@pytest.fixture
def take(as_, filed):
    """`take(bo, "receive", **given)`: the answer of that step on the filed deviation."""

    def post(who, step, **given):
        return as_(who).post(f"/api/v1/deviations/{filed.public_id}/{step}/", given)

    return post


def day(ahead):
    return (timezone.localdate() + datetime.timedelta(days=ahead)).isoformat()


def test_from_receipt_to_the_reporters_answer(take, anna, bo, berit, filed):
    bup = unit("blekinge", "rb-bup")

    def goes(who, step, state, **given):
        answer = take(who, step, **given)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.content.decode()
        return answer.json()

    goes(bo, "receive", "received")
    goes(bo, "score", "received", severity=3, likelihood=2)
    goes(bo, "request_completion", "awaiting_completion", question="Hur många var kallade?")
    goes(anna, "complete", "received", text="Fyra personer.")
    goes(bo, "request_statement", "awaiting_statement", of=[bup.pk], question="Varför kom ni inte?")
    goes(berit, "give_statement", "received", cause="Kallelsen låg i en brevlåda som ingen läser.")
    goes(bo, "put_on_agenda", "on_agenda", meeting_on=day(7))
    goes(bo, "decide", "decided", text="BUP får en gemensam brevlåda.")
    due = {"due_on": day(30), "check_on": day(90), "sign": "Ingen kallelse missas."}
    measure = goes(bo, "propose_measure", "measure", owner=bup.pk, text="Ordna brevlådan.", **due)["measures"][0]["id"]
    goes(bo, "carry_out", "measure", measure=measure)
    goes(bo, "check_effect", "effect", measure=measure, effect="verified", comment="Alla kom till de sex senaste.")
    goes(bo, "give_feedback", "effect", text="Brevlådan finns nu.")
    goes(bo, "score", "effect", severity=3, likelihood=1)
    goes(bo, "close", "closed")
    goes(anna, "answer_helped", "received", helped=False, comment="De kom inte igår heller.")
    steps = list(filed.history.order_by("sequence").values_list("step", flat=True))
    assert steps[-3:] == ["score", "close", "answer_helped"]


def test_handing_over_escalating_noting_and_inviting(take, as_, bo, lena, filed):
    vuxna = body("blekinge", "sg_vuxna")
    assert take(bo, "receive").status_code == 200
    assert take(bo, "note", text="Känt sedan tidigare.").status_code == 200
    assert take(bo, "escalate", reason="Gäller hela länet.").status_code == 200
    assert take(bo, "invite", user=lena.email, reason="Kan avtalet.").status_code == 200
    assert as_(lena).get(f"/api/v1/deviations/{filed.public_id}/").status_code == 200
    invitation = filed.invitations.get().pk
    assert take(bo, "end_invitation", invitation=invitation).status_code == 200
    assert as_(lena).get(f"/api/v1/deviations/{filed.public_id}/").status_code == 404
    handed = take(bo, "hand_over", to=vuxna.pk, reason="Personen har fyllt 19.").json()
    assert (handed["accountable_body"]["name"], handed["state"]) == ("Samverkansgrupp Vuxna", "submitted")


def test_a_step_from_the_wrong_state_is_409_and_changes_nothing(take, bo, filed):
    answer = take(bo, "decide", text="Klart.")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert answer.json()["detail"] == "Det går att besluta när gruppen har tagit emot avvikelsen, och en gång."
    assert Deviation.objects.get(pk=filed.pk).sequence == 1


def test_a_step_that_is_someone_elses_is_403_with_the_reason(take, anna, filed):
    answer = take(anna, "receive")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert answer.json()["detail"] == "Bara samordnaren i det ansvariga organet kan göra det här."


def test_a_decision_made_from_an_old_view_is_refused_with_what_came_since(take, bo, filed):
    take(bo, "receive")
    answer = take(bo, "decide", text="Klart.", seen=1)
    assert (answer.status_code, answer.json()["code"], answer.json()["steps"]) == (
        409,
        "changed_meanwhile",
        ["receive"],
    )


@pytest.mark.parametrize(
    ("step", "given", "faults"),
    [
        ("decide", {"text": "Ring 070-123 45 67"}, {("text", "phone")}),
        ("decide", {"text": "  "}, {("text", "required")}),
        ("decide", {}, {("text", "required")}),
        ("decide", {"text": "Ja", "texst": "Ja"}, {("texst", "unknown_field")}),
        ("request_statement", {"of": [1, 999999999], "question": ""}, {("of.1", "does_not_exist")}),
        ("request_statement", {"of": [], "question": ""}, {("of", "unknown")}),
        ("put_on_agenda", {"meeting_on": "2020-01-01"}, {("meeting_on", "in_past")}),
        (
            "score",
            {"severity": 9, "likelihood": 10**40},
            {("severity", "out_of_range"), ("likelihood", "out_of_range")},
        ),
        ("invite", {"user": "ingen@example.se", "reason": "x"}, {("user", "does_not_exist")}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(take, bo, step, given, faults):
    take(bo, "receive")
    answer = take(bo, step, **given)
    assert answer.status_code == 400
    assert {(e["field"], e["code"]) for e in answer.json()["errors"]} == faults


def test_a_measure_of_another_deviation_does_not_exist_here(take, bo, anna, filing, filed):
    from deviations.services import deciding, handling
    from deviations.services.filing import file

    other = file(filing(), by=anna)
    handling.receive(other, by=bo)
    deciding.decide(other, text="Ja.", by=bo)
    today = timezone.localdate()
    measure = deciding.propose_measure(
        other, owner=unit("blekinge", "rb-bup"), text="Gör.", due_on=today, check_on=today, sign="Ses.", by=bo
    )
    answer = take(bo, "carry_out", measure=measure.pk)
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("measure", "does_not_exist")]


def test_inviting_someone_of_another_county_is_answered_as_inviting_nobody(take, bo, cecilia):
    take(bo, "receive")
    answers = {take(bo, "invite", user=who, reason="x").content for who in (cecilia.email, "ingen@example.se")}
    assert len(answers) == 1
