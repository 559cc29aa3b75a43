"""Filing: three steps and one send, without scripts. What is typed is kept; what the guard blocks goes nowhere."""

import datetime
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations.models import Deviation, HistoryEntry
from deviations.services import filing as service
from orgs.permissions import grant
from tests.cast import unit

HTMX = {"hx-request": "true"}
HAPPENED = "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte och hade inte meddelat förhinder."
NAMED = "Sköterskan Anna Svensson glömde ringa tillbaka om 20121212-1212."


@pytest.fixture
def annas(client, anna):
    client.force_login(anna)
    return client


@pytest.fixture
def draft(annas, anna):
    annas.post(reverse("filing"))
    return Deviation.objects.get(filed_by=anna)


@pytest.fixture
def bup(cast):
    return unit("blekinge", "rb-bup")


def step(name, draft):
    return reverse(f"filing_{name}", args=[draft.public_id])


def answers(draft, **changes):
    """Step 2 as the browser sends it for BL-01."""
    return {
        "reporting_unit": draft.reporting_unit_id,
        "age": "14",
        "target_group": "",
        "category": "sip/called_party_absent",
        "occurred_on": timezone.localdate().isoformat(),
        "problem_area": "",
        "care_level": "",
        "q": "",
        **changes,
    }


def fill_in(client, draft, bup):
    client.post(step("what", draft), {"happened": HAPPENED, "next": "1"})
    client.post(step("concerns", draft), answers(draft, add=bup.pk))
    client.post(step("concerns", draft), answers(draft, next="1"))


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_filing_leads_through_three_steps_to_the_page_where_it_is_followed(annas, draft, bup):
    assert annas.post(step("what", draft), {"happened": HAPPENED, "next": "1"}).url == step("concerns", draft)
    assert annas.post(step("concerns", draft), answers(draft, add=bup.pk)).url == f"{step('concerns', draft)}?#vilka"
    assert annas.post(step("concerns", draft), answers(draft, next="1")).url == step("review", draft)
    sent = annas.post(step("review", draft), {"local_reference": "EH-17", "kind": "event", "send": "1"}, follow=True)
    assert sent.redirect_chain == [(reverse("deviation", args=[draft.public_id]), 302)]
    draft.refresh_from_db()
    assert (draft.state, draft.accountable_body.key, draft.age) == ("submitted", "sg_barn_unga", 14)
    assert f"Skickad. {draft.accountable_shown} har den nu" in sent.content.decode()


def test_the_page_before_sending_says_where_it_goes_why_and_when_the_answer_comes(annas, draft, bup):
    fill_in(annas, draft, bup)
    html = annas.get(step("review", draft)).content.decode()
    assert "Går till Samverkansgrupp Barn och unga</h2>" in html
    assert re.search(
        r'<p class="why" lang="sv">därför att personen är 14 år, och gruppen bereder avvikelser för [^<]+\.</p>', html
    )
    answer = timezone.localdate() + datetime.timedelta(days=60)
    assert f'<b class="nowrap">{answer.day} ' in html
    assert "Stannar hos Karlskrona kommun. Ingen annan ser den" in html
    assert Deviation.objects.get(pk=draft.pk).state == "draft"


def test_sending_twice_stores_one_deviation_and_one_entry(annas, draft, bup):
    fill_in(annas, draft, bup)
    first = annas.post(step("review", draft), {"kind": "event", "send": "1"})
    second = annas.post(step("review", draft), {"kind": "event", "send": "1"})
    assert first.url == second.url == reverse("deviation", args=[draft.public_id])
    assert Deviation.objects.exclude(filed_at=None).count() == 1
    assert list(HistoryEntry.objects.filter(deviation=draft).values_list("step", flat=True)) == ["submit"]


def test_pressing_the_button_on_home_many_times_leaves_one_draft(annas, anna):
    addresses = {annas.post(reverse("filing")).url for _press in range(3)}
    assert len(addresses) == 1
    assert Deviation.objects.filter(filed_by=anna).count() == 1


def test_looking_at_the_filing_page_writes_nothing(annas, anna):
    assert annas.get(reverse("filing")).status_code == 200
    assert not Deviation.objects.filter(filed_by=anna).exists()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("sip", ("sip/called_party_absent", "event", False)),
        ("telefon", ("contact/phone_line", "event", False)),
        ("lost-pa-plats", ("", "event", True)),
        ("gott-exempel", ("good_example", "good_example", False)),
        ("finns-inte", ("", "event", False)),
    ],
)
def test_a_common_event_fills_in_what_it_knows(annas, anna, event, expected):
    annas.post(reverse("filing"), {"event": event})
    draft = Deviation.objects.get(filed_by=anna)
    assert (draft.category, draft.kind, draft.solved_on_the_spot) == expected


# ── step 1: the guard ────────────────────────────────────────────────────────────────────────────────────────────────


def test_blocked_words_are_kept_in_the_draft_marked_and_stop_there(annas, draft):
    assert annas.post(step("what", draft), {"happened": NAMED, "next": "1"}).url == step("what", draft)
    html = annas.get(step("what", draft)).content.decode()
    assert '<mark class="stop">20121212-1212</mark>' in html
    assert '<mark class="warn">Anna Svensson</mark>' in html
    assert re.search(r'id="go"[^>]*aria-disabled="true"', html)
    assert "Ett ställe kvar att ändra." in html


def test_blocked_words_are_refused_also_by_the_send_itself(annas, draft, bup):
    fill_in(annas, draft, bup)
    Deviation.objects.filter(pk=draft.pk).update(happened=NAMED)
    assert annas.post(step("review", draft), {"kind": "event", "send": "1"}).status_code == 302
    assert Deviation.objects.get(pk=draft.pk).state == "draft"


def test_every_offered_swap_is_a_button_that_works_without_scripts(annas, draft):
    annas.post(step("what", draft), {"happened": NAMED})
    for _round in range(5):
        html = annas.get(step("what", draft)).content.decode()
        offered = re.search(r'name="swap" value="([^"]+)"', html)
        if not offered:
            break
        text = Deviation.objects.get(pk=draft.pk).happened
        annas.post(step("what", draft), {"happened": text, "swap": offered[1]})
    text = Deviation.objects.get(pk=draft.pk).happened
    assert "Svensson" not in text
    assert "20121212" not in text


def test_a_swap_that_was_not_offered_changes_nothing(annas, draft):
    annas.post(step("what", draft), {"happened": HAPPENED, "swap": "0:8:Något annat"})
    assert Deviation.objects.get(pk=draft.pk).happened == HAPPENED


def test_words_that_are_no_name_are_not_asked_about_again_and_never_block(annas, draft):
    text = "Vi ringde Anna Svensson."
    annas.post(step("what", draft), {"happened": text, "not_a_name": "Anna Svensson"})
    html = annas.get(step("what", draft)).content.decode()
    assert "Se över:" not in html
    assert annas.post(step("what", draft), {"happened": text, "next": "1"}).url == step("concerns", draft)


def test_the_text_kept_while_writing_comes_back_as_a_fragment_with_the_button(annas, draft):
    response = annas.post(step("what", draft), {"happened": NAMED}, headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert re.search(r'id="go"[^>]*aria-disabled="true"[^>]*hx-swap-oob="true"', html)
    assert Deviation.objects.get(pk=draft.pk).happened == NAMED


def test_line_breaks_are_counted_as_the_browser_counts_them(annas, draft):
    annas.post(step("what", draft), {"happened": "Först.\r\nSedan ringde vi 20121212-1212."})
    html = annas.get(step("what", draft)).content.decode()
    assert [value.rpartition(":")[0] for value in re.findall(r'name="swap" value="([^"]+)"', html)] == [
        "23:36",
        "22:36",
    ]


def test_an_empty_story_is_asked_for_at_its_field(annas, draft):
    response = annas.post(step("what", draft), {"happened": "  ", "next": "1"})
    assert response.status_code == 422
    assert '<p class="ds-field__err" id="id_happened_error">Berätta vad som hände.</p>' in response.content.decode()


# ── step 2: whom it concerns ─────────────────────────────────────────────────────────────────────────────────────────


def test_three_letters_find_the_unit_and_its_other_name(annas, draft):
    html = annas.get(step("units", draft), {"q": "bup"}).content.decode()
    assert re.findall(r"<b>(.+?)</b>", html) == ["<mark>BUP</mark>", "Barn- och ungdomspsykiatrin, slutenvård"]
    assert "Region Blekinge, Specialiserad vård, kallas också <mark>BUP</mark> slutenvård" in html


def test_letters_with_å_ä_ö_are_found_whatever_their_case(annas, draft):
    assert "<mark>Ätstörning</mark>senheten" in annas.get(step("units", draft), {"q": "ÄTSTÖRNING"}).content.decode()


def test_units_of_another_county_are_never_suggested_nor_added(annas, draft):
    karlstad = unit("varmland", "1780-elevhalsan")
    assert "Karlstad" not in annas.get(step("units", draft), {"q": "karlstads"}).content.decode()
    annas.post(step("concerns", draft), answers(draft, add=karlstad.pk))
    assert Deviation.objects.get(pk=draft.pk).receiving_unit is None


def test_the_search_button_works_without_scripts_and_keeps_the_other_answers(annas, draft):
    response = annas.post(step("concerns", draft), answers(draft, search="1", q="bup"), follow=True)
    assert 'name="add"' in response.content.decode()
    assert Deviation.objects.get(pk=draft.pk).age == 14


def test_a_unit_can_be_taken_away_again(annas, draft, bup):
    annas.post(step("concerns", draft), answers(draft, add=bup.pk))
    annas.post(step("concerns", draft), answers(draft, remove=bup.pk))
    assert Deviation.objects.get(pk=draft.pk).receiving_unit is None


def test_the_kind_is_proposed_from_the_text_and_chosen_from_the_start(annas, draft):
    annas.post(step("what", draft), {"happened": HAPPENED, "next": "1"})
    html = annas.get(step("concerns", draft)).content.decode()
    first = re.search(r'<label class="choice">.*?</label>', html, re.DOTALL)[0]
    assert 'value="sip/called_party_absent" checked' in first
    assert "Föreslås utifrån din text" in first


def test_what_is_missing_in_step_two_is_said_at_its_field(annas, draft):
    annas.post(step("what", draft), {"happened": "Något gick fel.", "next": "1"})
    response = annas.post(step("concerns", draft), answers(draft, category="", occurred_on="", age="många", next="1"))
    html = response.content.decode()
    assert response.status_code == 422
    assert re.findall(r'class="ds-field__err"[^>]*>([^<]+)<', html) == [
        "Välj vilken verksamhet det gäller.",
        "Ange åldern i hela år, 0 till 120.",
        "Välj vad det liknar mest.",
        "Ange vilken dag det hände.",
    ]


def test_a_day_that_has_not_been_is_refused_at_its_field(annas, draft, bup):
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    annas.post(step("concerns", draft), answers(draft, add=bup.pk))
    response = annas.post(step("concerns", draft), answers(draft, occurred_on=tomorrow, next="1"))
    assert "Dagen har inte varit än." in response.content.decode()


def test_the_day_is_today_until_something_else_is_chosen(annas, draft):
    html = annas.get(step("concerns", draft)).content.decode()
    assert re.search(rf'name="occurred_on"[^>]*value="{timezone.localdate().isoformat()}"', html)


def test_the_age_shows_its_group_and_the_area_its_matrix_as_they_are_filled_in(annas, draft):
    response = annas.post(step("concerns", draft), answers(draft, problem_area="oro_angest"), headers=HTMX)
    html = response.content.decode()
    assert "<b>Barn och unga</b>" in html
    assert "<td>BUP</td>" in html


def test_with_several_units_one_is_chosen_and_the_latest_is_remembered(annas, anna, bup):
    other = unit("blekinge", "1081-elevhalsan")
    grant(anna, "reporter", other, by=None)
    annas.post(reverse("filing"))
    draft = Deviation.objects.get(filed_by=anna)
    assert "Byt enhet" in annas.get(step("concerns", draft)).content.decode()
    annas.post(step("what", draft), {"happened": HAPPENED})
    annas.post(step("concerns", draft), answers(draft, reporting_unit=other.pk))
    assert Deviation.objects.get(pk=draft.pk).reporting_unit == other
    annas.post(reverse("filing"))
    assert Deviation.objects.filter(filed_by=anna).latest("pk").reporting_unit == other


def test_a_unit_that_one_does_not_work_at_cannot_be_filed_from(annas, draft, bup):
    annas.post(step("concerns", draft), answers(draft, reporting_unit=bup.pk))
    assert Deviation.objects.get(pk=draft.pk).reporting_unit.key == "1080-elevhalsan"


# ── step 3, drafts and others ────────────────────────────────────────────────────────────────────────────────────────


def test_a_step_that_lacks_something_is_gone_back_to(annas, draft):
    annas.post(step("what", draft), {"happened": HAPPENED, "next": "1"})
    assert annas.get(step("review", draft)).url == step("concerns", draft)


def test_a_local_reference_that_identifies_is_refused_at_its_field_and_nothing_is_sent(annas, draft, bup):
    fill_in(annas, draft, bup)
    response = annas.post(step("review", draft), {"local_reference": "20121212-1212", "kind": "event", "send": "1"})
    assert response.status_code == 422
    assert 'id="id_local_reference_error"' in response.content.decode()
    assert Deviation.objects.get(pk=draft.pk).state == "draft"


def test_what_was_filled_in_on_the_last_page_is_kept_when_one_goes_back(annas, draft, bup):
    fill_in(annas, draft, bup)
    annas.post(step("review", draft), {"suggestion": "Ring alltid.", "kind": "risk"}, headers=HTMX)
    assert "Ring alltid." in annas.get(step("review", draft)).content.decode()


def test_a_draft_is_taken_up_where_it_was_left_and_can_be_thrown_away(annas, draft):
    annas.post(step("what", draft), {"happened": HAPPENED})
    assert HAPPENED[:40] in annas.get(reverse("mine")).content.decode()
    annas.post(reverse("filing_discard", args=[draft.public_id]))
    assert annas.get(step("what", draft)).status_code == 404
    assert Deviation.objects.get(pk=draft.pk).happened == ""


def test_nobody_else_finds_a_draft(client, draft, maria, bo, cecilia):
    for stranger in (maria, bo, cecilia):
        client.force_login(stranger)
        for name in ("what", "concerns", "units", "review"):
            assert client.get(step(name, draft)).status_code == 404


def test_a_person_without_a_unit_to_file_from_is_told_so(client, lena):
    client.force_login(lena)
    assert "Du kan inte anmäla härifrån än" in client.get(reverse("filing")).content.decode()
    assert client.post(reverse("filing")).status_code == 403


def test_searching_units_asks_the_database_as_often_however_many_there_are(annas, draft):
    with CaptureQueriesContext(connection) as few:
        annas.get(step("units", draft), {"q": "ätstörning"})
    with CaptureQueriesContext(connection) as many:
        annas.get(step("units", draft), {"q": "e"})
    assert len(few) == len(many)


def test_answers_kept_at_the_same_moment_from_the_same_page_both_stay(anna, draft, bup):
    read_by_one, read_by_another = (Deviation.objects.get(pk=draft.pk) for _time in range(2))
    service.change_draft(read_by_one, lambda kept: replace(kept, receiving_units=(bup,)), by=anna)
    service.change_draft(read_by_another, lambda kept: replace(kept, age=14), by=anna)
    kept = service.filing_of(Deviation.objects.get(pk=draft.pk))
    assert (kept.receiving_units, kept.age) == ((bup,), 14)


def test_an_autosave_that_comes_after_the_send_changes_nothing_and_moves_nobody(annas, draft, bup):
    fill_in(annas, draft, bup)
    annas.post(step("review", draft), {"kind": "event", "send": "1"})
    for name, late in (("review", {"local_reference": "EH-18"}), ("what", {"happened": "Annat."})):
        response = annas.post(step(name, draft), late, headers=HTMX)
        assert (response.status_code, "HX-Redirect" in response.headers) == (200, False)
        assert "Avvikelsen är redan inskickad." in response.content.decode()
    assert Deviation.objects.get(pk=draft.pk).happened == HAPPENED


def test_an_autosave_overtaken_by_the_send_while_it_runs_is_answered_in_the_same_way(annas, draft, bup, monkeypatch):
    fill_in(annas, draft, bup)
    change_draft = service.change_draft

    def be_overtaken(draft, change, *, by, **page):
        service.submit(draft, by=by)
        return change_draft(draft, change, by=by, **page)

    monkeypatch.setattr(service, "change_draft", be_overtaken)
    response = annas.post(step("review", draft), {"local_reference": "EH-18"}, headers=HTMX)
    assert (response.status_code, "Avvikelsen är redan inskickad." in response.content.decode()) == (200, True)
    assert Deviation.objects.get(pk=draft.pk).state == "submitted"
