"""The pages of a meeting: the calendar, the meeting while several write in it, its screen, and its minutes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.models import AgendaItem, Attendance, Conflict, Decision, Meeting
from deviations.services import agenda, attendance, minutes
from tests.cast import body, unit
from tests.deviations.meeting_world import agreed, answered, at, group, held, item_of, now, planned, running, someone
from tests.frontend.pages import text


@pytest.fixture
def send(client):
    """`send(bo, "meeting_step", meeting.public_id, "add_item", title="…")`."""

    def of(who, name, *args, **given):
        client.force_login(who)
        return client.post(reverse(name, args=args), given)

    return of


def decide(send, who, meeting, item, **given):
    given.setdefault("seen", now(item).sequence)
    return send(who, "record_decision", meeting.public_id, item.pk, **given)


# ── who reads ────────────────────────────────────────────────────────────────────────────────────────────────────────
PAGES = ("meeting", "meeting_screen", "minutes", "minutes_word", "minutes_pdf")


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "cecilia", "disa", "ada"])
@pytest.mark.parametrize("view", PAGES)
def test_a_meeting_of_a_body_where_one_does_not_read_does_not_exist(get, cast, filing, name, view):
    meeting, _deviation = held(cast, filing)
    assert get(getattr(cast, name), view, meeting.public_id).status_code == 404


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "disa", "ada"])
def test_only_those_who_read_in_a_body_have_a_calendar(get, cast, name):
    assert get(getattr(cast, name), "meetings").status_code == 404


def test_nobody_has_the_calendar_of_another_body(get, cecilia, bo):
    assert get(cecilia, "meetings").status_code == 200
    assert get(cecilia, "meetings", organ=group().pk).status_code == 404
    assert get(bo, "meetings", ar="igår").status_code == 404


def test_a_member_reads_and_is_offered_nothing_to_press(get, cast, filing):
    meeting, _deviations = running(cast, filing)
    html = text(get(someone("lova", "member", group()), "meeting", meeting.public_id))
    assert "Kallelse till SIP-möte" in html
    assert 'method="post"' not in html
    assert "<textarea" not in html


@pytest.mark.parametrize(
    ("name", "args"),
    [("meeting_step", ["add_item"]), ("record_decision", ["{item}"]), ("meeting_item_step", ["{item}", "remove_item"])],
)
def test_a_member_who_sends_anyway_is_refused(send, cast, filing, name, args):
    meeting, [deviation] = running(cast, filing)
    args = [item_of(meeting, deviation).pk if arg == "{item}" else arg for arg in args]
    answer = send(someone("lova", "member", group()), name, meeting.public_id, *args, title="Ny", verb="notes")
    assert answer.status_code == 403
    assert "Bara samordnaren och ordföranden" in text(answer)


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_calendar_says_how_many_were_held_of_how_many(get, cast, filing, bo):
    meeting, _deviation = held(cast, filing)
    later = planned(bo, 14)
    html = text(get(bo, "meetings"))
    assert "1 av minst 8 i år" in html
    assert reverse("meeting", args=[later.public_id]) in html
    assert reverse("minutes", args=[meeting.public_id]) in html


def test_a_meeting_and_a_year_are_planned_in_their_forms(send, bo):
    day = at(10).date().isoformat()
    assert send(bo, "meeting_plan", starts_at=day, time="09.30", place="Rum 4").status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.place) == (at(10).replace(minute=30), "Rum 4")
    refused = send(bo, "meeting_plan", starts_at=day, time="13:00")
    assert (refused.status_code, "redan ett möte den dagen" in text(refused)) == (422, True)
    send(bo, "meeting_plan_year", starts_at=at(30).date().isoformat(), time="09:00")
    assert Meeting.objects.count() == 9


def test_the_calendar_asks_as_many_questions_at_thirty_meetings_as_at_one(get, bo):
    def counted():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert get(bo, "meetings").status_code == 200
        return len(asked)

    planned(bo, 1)
    get(bo, "meetings")
    one = counted()
    for day in range(2, 31):
        planned(bo, day)
    assert counted() == one


# ── the meeting ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_page_shows_agenda_point_and_attendance(get, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    attendance.add_seat(meeting, organisation=unit("blekinge", "rb-bup"), by=bo)
    html = text(get(bo, "meeting", meeting.public_id))
    assert re.findall(r'<span class="no">(\d)</span>', html) == ["1", "2", "3"]
    assert f">{deviation.reference}</a>" in html
    assert "Brevlådan bevakas inte." in html
    assert "BUP, Region Blekinge är part." in html
    assert "1 punkt återstår" in html


def test_the_page_asks_as_many_questions_at_thirty_points_as_at_one(get, cast, filing, bo):
    meeting, _deviations = running(cast, filing, 2)
    attendance.add_seat(now(meeting), organisation=unit("blekinge", "rb-bup"), by=bo)

    def counted():
        with CaptureQueriesContext(connection) as asked:
            assert get(bo, "meeting", meeting.public_id, punkt="2").status_code == 200
        return len(asked)

    counted()
    few = counted()
    for number in range(30):
        agenda.add_item(now(meeting), title=f"Punkt {number}", by=bo)
        attendance.add_seat(now(meeting), title=f"Deltagare {number}", by=bo)
    assert counted() == few


def test_every_part_that_changes_asks_for_the_page_itself(get, cast, filing, bo):
    meeting, _deviations = running(cast, filing)
    html = text(get(bo, "meeting", meeting.public_id, punkt="2"))
    asked = re.findall(
        r'id="(meeting-\w+)" data-live-meeting="([^"]+)" data-live-sequence="(\d+)"[^>]*hx-get="([^"]+)"', html
    )
    address = f"{reverse('meeting', args=[meeting.public_id])}?punkt=2"
    shown = (str(meeting.public_id), str(now(meeting).sequence), address)
    assert asked == [(part, *shown) for part in ("meeting-head", "meeting-form", "meeting-att")]
    assert 'hx-select-oob="#meeting-agenda,#meeting-now"' in html


def test_a_decision_is_confirmed_and_stands_on_the_page(get, send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item, bup = item_of(meeting, deviation), unit("blekinge", "rb-bup")
    sent = {"m0-text": "Bevakad adress", "m0-owner": bup.pk, "m0-due_on": at(30).date(), "m0-check_on": at(90).date(),
            "m0-sign": "Högst var tionde uteblir.", "m1-text": ""}  # fmt: skip
    answer = decide(send, bo, meeting, item, verb="decides", text="En bevakad adress.", **sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith("?punkt=2")
    item = now(item)
    assert (item.verb, item.text, [m["text"] for m in item.measures]) == (
        "decides", "En bevakad adress.", ["Bevakad adress"],
    )  # fmt: skip
    html = text(get(bo, "meeting", meeting.public_id, punkt="2"))
    assert "Bekräftat av Bo" in html
    assert "Bevakad adress" in html


def test_the_second_in_the_same_point_sees_what_came_and_keeps_what_was_written(send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item, vera = item_of(meeting, deviation), someone("vera", "chair", group())
    minutes.record_decision(item, verb="decides", text="Bos beslut.", by=bo)
    answer = decide(send, vera, meeting, item, seen=item.sequence, verb="tables", text="Veras text.")
    html = text(answer)
    assert answer.status_code == 409
    assert "Bo bekräftade ett beslut" in html
    assert "Bos beslut." in html
    assert "Veras text.</textarea>" in html
    assert f'name="seen" value="{now(item).sequence}"' in html  # sent again it is meant
    assert now(item).text == "Bos beslut."


def test_what_the_second_sends_again_keeps_the_measures_that_came(send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item, vera, bup = item_of(meeting, deviation), someone("vera", "chair", group()), unit("blekinge", "rb-bup")
    days = {"due_on": at(30).date(), "check_on": at(90).date()}
    came = minutes.Agreed(owner=bup, text="Bos åtgärd", sign="Färre.", **days)
    minutes.record_decision(item, verb="decides", text="Bos beslut.", measures=[came], by=bo)
    own = {"m0-text": "Veras åtgärd", "m0-owner": bup.pk, "m0-sign": "Fler.", **{f"m0-{k}": v for k, v in days.items()}}
    answer = decide(send, vera, meeting, item, seen=item.sequence, verb="decides", text="Veras text.", **own)
    rows = answer.context["form"].measures
    assert [row["text"].value() for row in rows] == ["Bos åtgärd", "Veras åtgärd", "", ""]
    again = {bound.html_name: bound.value() for row in rows for bound in row}
    sent = decide(send, vera, meeting, item, seen=now(item).sequence, verb="decides", text="Bådas.", **again)
    assert sent.status_code == 302
    assert [measure["text"] for measure in now(item).measures] == ["Bos åtgärd", "Veras åtgärd"]


def test_a_conflict_that_is_not_suggested_is_written_in_with_its_reason(get, send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    seat = attendance.add_seat(meeting, title="Förvaltningschefer skola", by=bo)
    assert "Varför kan deltagaren inte vara med och besluta?" in text(get(bo, "meeting", meeting.public_id, punkt="2"))
    send(bo, "meeting_item_step", meeting.public_id, item.pk, "mark_conflict", seat=seat.pk, reason="Leder skolan.")
    assert "Leder skolan." in text(get(bo, "meeting", meeting.public_id, punkt="2"))


def test_faults_are_said_at_their_fields_also_in_a_measure(send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    answer = decide(send, bo, meeting, item, verb="decides", text="", **{"m0-text": "Rutin"})
    html = text(answer)
    assert answer.status_code == 422
    assert "Välj vem." in html
    answer = decide(send, bo, meeting, item, verb="decides", text="")
    assert "Skriv vad ni kommer fram till." in text(answer)


def test_who_else_writes_is_said_by_first_name(get, cast, filing, bo):
    meeting, _deviations = running(cast, filing)
    agenda.add_item(now(meeting), title="Ny", by=someone("vera", "chair", group()))
    assert "Vera</" not in text(get(bo, "meeting", meeting.public_id))
    assert "Vera antecknar också" in text(get(bo, "meeting", meeting.public_id))


def test_points_seats_and_conflicts_are_changed_with_buttons(send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    seat = attendance.add_seat(now(meeting), organisation=unit("blekinge", "rb-bup"), by=bo)
    changed = [
        send(bo, "meeting_item_step", meeting.public_id, item.pk, "mark_conflict", seat=seat.pk),
        send(bo, "meeting_seat_step", meeting.public_id, seat.pk, "set_presence", presence="remote"),
        send(bo, "meeting_item_step", meeting.public_id, item.pk, "move_item", to="1"),
    ]
    assert {answer.status_code for answer in changed} == {302}
    assert (Conflict.objects.count(), Attendance.objects.get().presence, now(item).position) == (1, "remote", 1)
    send(bo, "meeting_item_step", meeting.public_id, item.pk, "unmark_conflict", conflict=Conflict.objects.get().pk)
    send(bo, "meeting_seat_step", meeting.public_id, seat.pk, "remove_seat")
    send(bo, "meeting_item_step", meeting.public_id, item.pk, "remove_item")
    assert (Conflict.objects.count(), Attendance.objects.count(), now(item).removed_at is not None) == (0, 0, True)


@pytest.mark.parametrize("given", [{"to": "ett"}, {"to": "9" * 30}, {}])
def test_a_place_that_is_none_changes_nothing(send, cast, filing, bo, given):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    answer = send(bo, "meeting_item_step", meeting.public_id, item.pk, "move_item", **given)
    assert (answer.status_code, now(item).position) == (422, item.position)


def test_a_point_of_another_meeting_does_not_exist_here(send, cast, filing, bo):
    meeting, _deviations = running(cast, filing)
    other = agenda.add_item(planned(bo, 9), title="Annan", by=bo)
    assert send(bo, "record_decision", meeting.public_id, other.pk, verb="notes").status_code == 404
    assert send(bo, "meeting_item_step", meeting.public_id, other.pk, "remove_item").status_code == 404


# ── steps of the meeting as a whole ──────────────────────────────────────────────────────────────────────────────────
def test_from_planned_to_approved_in_the_pages(get, send, cast, filing, bo, anna):
    deviation = answered(cast, filing)
    meeting = planned(bo)
    for step in ("build_agenda", "fill_attendance", "start_meeting"):
        assert send(bo, "meeting_step", meeting.public_id, step, seen=now(meeting).sequence).status_code == 302
    item = item_of(meeting, deviation)
    decide(send, bo, meeting, item, verb="decides", text="En bevakad adress.")
    send(bo, "meeting_step", meeting.public_id, "end_meeting", seen=now(meeting).sequence)
    answer = send(
        bo, "meeting_step", meeting.public_id, "approve_minutes", diary_number="RB 1", seen=now(meeting).sequence
    )
    assert answer["Location"] == reverse("minutes", args=[meeting.public_id])
    assert (now(meeting).status, now(meeting).diary_number) == ("approved", "RB 1")
    assert "En bevakad adress." in text(get(anna, "deviation", deviation.public_id))
    assert Decision.objects.get().agenda_item == item


def test_a_step_decided_on_from_something_older_is_refused_with_what_came(send, cast, bo):
    meeting = planned(bo, 3)
    seen = meeting.sequence
    agenda.add_item(meeting, title="Ny", by=bo)
    answer = send(bo, "meeting_step", meeting.public_id, "cancel_meeting", reason="Sjuka", seen=seen)
    assert (answer.status_code, "lade till en punkt" in text(answer), now(meeting).status) == (409, True, "planned")


def test_what_cannot_be_entered_is_shown_before_approving(get, send, cast, filing, bo):
    from deviations.services import deciding

    meeting, deviation = held(cast, filing)
    deciding.decide(deviation, text="Avgjort på annat sätt.", by=bo)
    assert f"{deviation.reference} i punkt 2" in text(get(bo, "meeting_step", meeting.public_id, "approve_minutes"))
    sent = {"seen": now(meeting).sequence}
    assert send(bo, "meeting_step", meeting.public_id, "approve_minutes", **sent).status_code == 422
    assert send(bo, "meeting_step", meeting.public_id, "approve_minutes", leave_out="on", **sent).status_code == 302


def test_every_step_has_its_page(get, cast, filing, bo):
    from frontend.meeting_steps import PAGES as STEPS

    meeting = planned(bo)
    for step in STEPS:
        assert get(bo, "meeting_step", meeting.public_id, step).status_code == 200
    assert get(bo, "meeting_step", meeting.public_id, "flyga").status_code == 404


# ── minutes and screen ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_minutes_are_read_and_fetched_as_files(get, cast, filing, bo):
    meeting, deviation = held(cast, filing, measures=[agreed()])
    minutes.approve_minutes(meeting, by=bo)
    html = text(get(bo, "minutes", meeting.public_id))
    assert deviation.reference in html
    assert now(meeting).checksum in html
    for view, start in (("minutes_word", b"PK"), ("minutes_pdf", b"%PDF")):
        answer = get(bo, view, meeting.public_id)
        assert answer.content.startswith(start)
        assert answer["Content-Disposition"].startswith('attachment; filename="protokoll-sg_barn_unga-')


def test_minutes_that_were_changed_afterwards_say_so(get, cast, filing, bo):
    meeting, _deviation = held(cast, filing)
    approved = minutes.approve_minutes(meeting, by=bo)
    approved.minutes["items"][1]["text"] = "Något annat."
    approved.save()
    assert "stämmer inte med sin kontrollsumma" in text(get(bo, "minutes", meeting.public_id))


def test_the_screen_shows_the_point_large_and_has_nothing_to_press(get, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    html = text(get(bo, "meeting_screen", meeting.public_id))
    assert f'<h1 lang="sv">{deviation.title}</h1>' in html
    assert "<form" not in html.split('id="main"')[1]


def test_a_planned_meeting_is_chosen_on_the_deviations_page(get, client, cast, filing, bo):
    deviation, meeting = answered(cast, filing), planned(bo, 4)
    html = text(get(bo, "step", deviation.public_id, "put_on_agenda"))
    assert f'<option value="{meeting.pk}" selected>' in html
    client.post(reverse("step", args=[deviation.public_id, "put_on_agenda"]), {"meeting": meeting.pk})
    assert AgendaItem.objects.get(deviations=deviation).meeting == meeting
    other = planned(cast.cecilia, 4, body("varmland", "barnalivet"))
    assert f'value="{other.pk}"' not in html
