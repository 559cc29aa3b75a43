"""Every step that those who handle a deviation take, each by its own page."""

import datetime
import re

import pytest
from django.utils import timezone

from deviations.models import Delivery, Invitation, Measure, Note, Party
from deviations.services import handling, statements
from deviations.services.delivery import attend_to_deliveries
from deviations.services.filing import file
from deviations.workflow import STEPS, State
from orgs.models import Body
from tests.cast import body, unit
from tests.frontend.pages import fresh, received, text

TODAY = timezone.localdate()
LATER = (TODAY + datetime.timedelta(days=14)).isoformat()

# ── every step ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_way_by_the_pages_alone(take, get, bo, berit, anna, filed):
    bup = unit("blekinge", "rb-bup")
    assert take(bo, filed, "receive").status_code == 302
    assert take(bo, filed, "score", severity="3", likelihood="3").status_code == 302
    assert take(bo, filed, "note", text="Tas upp i april.").status_code == 302
    assert take(bo, filed, "request_statement", of=[bup.pk], question="Varför kom ni inte?").status_code == 302
    assert take(berit, filed, "give_statement", cause="Kallelsen gick till fel låda.").status_code == 302
    assert take(bo, filed, "put_on_agenda", meeting_on=LATER).status_code == 302
    assert take(bo, filed, "decide", text="Varje mottagning har en bevakad adress.").status_code == 302
    assert (
        take(
            bo, filed, "propose_measure", owner=bup.pk, text="Bevaka lådan.", due_on=LATER, check_on=LATER,
            sign="Alla kallelser besvaras.",
        ).status_code
        == 302
    )  # fmt: skip
    measure = Measure.objects.get()
    assert take(berit, filed, "carry_out", measure=measure.pk).status_code == 302
    assert (
        take(bo, filed, "check_effect", measure=measure.pk, effect="verified", comment="Tio av tio.").status_code == 302
    )
    assert take(bo, filed, "give_feedback", text="Nu finns en bevakad adress.").status_code == 302
    assert take(bo, filed, "score", severity=3, likelihood=1).status_code == 302
    assert take(bo, filed, "close").status_code == 302
    html = text(get(bo, "deviation", filed.public_id))
    assert fresh(filed).state == State.CLOSED
    said = (
        "Tas upp i april.", "Varför kom ni inte?", "Tio av tio.", "14 poster, kedjan är hel",
        "Kontrollerade effekten: effekt bekräftad",
    )  # fmt: skip
    for words in ("Risk 3, medel", "9 → 3", *said):
        assert words in html, words
    assert take(bo, filed, "reopen", reason="Det hände igen.").status_code == 302
    assert fresh(filed).state == State.RECEIVED


def test_every_step_page_that_can_be_taken_opens(get, bo, filed):
    for step in ("receive", "hand_over", "decline", "invite", "note"):
        assert get(bo, "step", filed.public_id, step).status_code == 200, step
    received(filed, bo)
    for step in (
        "request_statement",
        "request_completion",
        "score",
        "put_on_agenda",
        "decide",
        "give_feedback",
        "escalate",
    ):
        assert get(bo, "step", filed.public_id, step).status_code == 200, step


def test_asking_the_reporter_and_declining_as_a_body(take, bo, filed):
    lsvo = body("blekinge", "lsvo")
    assert (
        take(bo, filed, "decline", reason="other_legal_ground", comment="Hör till LSVO.", to=lsvo.pk).status_code == 302
    )
    assert fresh(filed).accountable_body == lsvo


def test_a_completion_is_asked_for(take, bo, filed):
    received(filed, bo)
    assert take(bo, filed, "request_completion", question="Vilken dag var mötet?").status_code == 302
    assert fresh(filed).state == State.AWAITING_COMPLETION


@pytest.mark.parametrize(
    ("step", "given", "words"),
    [
        ("hand_over", {"reason": "Fel grupp."}, "Välj ett annat organ i länet."),
        ("request_statement", {}, "Välj en verksamhet som avvikelsen gäller."),
        ("request_completion", {"question": " "}, "Skriv vad ni behöver veta."),
        ("score", {"severity": "7", "likelihood": "1"}, "Välj 1 till 4."),
        ("put_on_agenda", {"meeting_on": "2020-01-01"}, "Välj ett kommande möte."),
        ("decide", {"text": ""}, "Skriv vad ni har beslutat."),
        ("decide", {"text": "Ring 0455-12 34 56."}, "elefonnummer"),
        ("escalate", {"reason": ""}, "Skriv vad det styrande organet behöver ta ställning till."),
        ("give_feedback", {"text": ""}, "Skriv ett svar till den som anmälde."),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_taken(take, bo, filed, step, given, words):
    received(filed, bo)
    before = fresh(filed).sequence
    response = take(bo, filed, step, **given)
    assert response.status_code == 422
    assert words in text(response)
    assert 'role="alert"' in text(response)
    for value in given.values():
        assert value in text(response)
    assert fresh(filed).sequence == before


def test_a_step_decided_on_from_something_older_keeps_what_was_written(take, bo, filed):
    received(filed, bo)
    seen = fresh(filed).sequence
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    response = take(bo, filed, "decide", text="Adressen bevakas.", seen=seen)
    html = text(response)
    assert response.status_code == 409
    assert "Någon annan hann före. Sedan du öppnade sidan: Begär yttrande." in html
    assert "Adressen bevakas." in html
    assert fresh(filed).state == State.AWAITING_STATEMENT
    assert f'name="seen" value="{fresh(filed).sequence}"' in html, "who has read it and sends again, means it"


def test_a_step_whose_time_has_passed_says_why(get, take, bo, filed):
    response = get(bo, "step", filed.public_id, "decide")
    assert response.status_code == 409
    assert str(STEPS["decide"].wrong_state) in text(response)
    response = take(bo, filed, "decide", text="Klart.")
    assert response.status_code == 409
    assert "Klart." in text(response)


def test_a_step_of_somebody_elses_is_refused_with_its_sentence(get, anna, maria, filed):
    for who in (anna, maria):
        response = get(who, "step", filed.public_id, "decide")
        assert response.status_code == 403
        assert "Bara det ansvariga organet" in text(response)


def test_an_unknown_step_is_not_found(get, take, bo, filed):
    assert get(bo, "step", filed.public_id, "delete").status_code == 404
    assert take(bo, filed, "submit").status_code == 404


# ── notes and invitations ────────────────────────────────────────────────────────────────────────────────────────────


def test_notes_are_the_bodys_own(take, get, bo, anna, maria, berit, filed):
    take(bo, filed, "note", text="Ring mottagningen före mötet.")
    assert Note.objects.get().text == "Ring mottagningen före mötet."
    for who in (anna, maria, berit):
        assert "Ring mottagningen" not in text(get(who, "deviation", filed.public_id))


def test_a_person_of_the_county_is_invited_and_reads_until_it_ends(take, get, bo, ada, filed):
    assert take(bo, filed, "invite", user=ada.email, reason="Tolkar avtalet.").status_code == 302
    assert get(ada, "deviation", filed.public_id).status_code == 200
    html = text(get(bo, "deviation", filed.public_id))
    assert "Ada Almgren" in html
    assert take(bo, filed, "end_invitation", invitation=Invitation.objects.get().pk).status_code == 302
    assert get(ada, "deviation", filed.public_id).status_code == 404


def test_an_account_in_another_county_is_told_as_none_at_all(take, bo, cecilia, disa, filed):
    answers = []
    for email in (cecilia.email, disa.email, "finns.inte@example.se"):
        response = take(bo, filed, "invite", user=email, reason="Tolkar avtalet.")
        assert response.status_code == 422
        answers.append(re.sub(r'value="[^"]*"|"X-CSRFToken": "\w+"', "", text(response).replace(email, "")))
    assert answers[0] == answers[1] == answers[2]
    assert "Ingen med den e-postadressen har en roll i länet." in answers[0]
    assert not Invitation.objects.exists()


def test_an_invitation_of_another_deviation_cannot_be_ended_here(take, bo, ada, anna, filing, filed):
    other = file(filing(), by=anna)
    invitation = handling.invite(other, user=ada, reason="Tolkar avtalet.", by=bo)
    handling.invite(filed, user=ada, reason="Tolkar avtalet.", by=bo)
    assert take(bo, filed, "end_invitation", invitation=invitation.pk).status_code == 422
    assert Party.objects.filter(deviation=other, person=ada).exists()


def test_a_body_that_may_only_recommend_is_asked_for_a_recommendation(get, take, bo, filed):
    received(filed, bo)
    assert ">Beslut</label>" in text(get(bo, "step", filed.public_id, "decide"))
    Body.objects.filter(key="sg_barn_unga").update(may_decide=False)
    assert ">Rekommendation</label>" in text(get(bo, "step", filed.public_id, "decide"))
    take(bo, filed, "decide", text="Adressen bör bevakas.")
    assert "<h3>Rekommendation</h3>" in text(get(bo, "deviation", filed.public_id))


def test_an_alarm_is_told_in_words_on_every_page(get, bo, anna, berit, filed):
    Delivery.objects.update(due_at=timezone.now() - datetime.timedelta(days=2), attempts=4)
    assert attend_to_deliveries() == 1
    for who in (bo, anna, berit):
        assert "Ingen hos Samverkansgrupp Barn och unga har öppnat den" in text(get(who, "deviation", filed.public_id))
