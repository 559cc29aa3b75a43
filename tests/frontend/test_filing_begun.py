"""What filing proposes and says beside the answers, without scripts: units from before, days, the routine, drafts."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations import clock
from deviations.models import Deviation
from deviations.services import filing as service
from deviations.services.filing import file
from frontend import filing_pages
from frontend.forms.filing_events import EVENTS, openings
from frontend.forms.filing_guard import guarded
from orgs.models import Organisation
from tests.cast import unit

HTMX = {"hx-request": "true"}
NAMED = "Ring Anna Svensson på 070-123 45 67."


@pytest.fixture
def annas(client, anna):
    client.force_login(anna)
    return client


@pytest.fixture
def bup(cast):
    return unit("blekinge", "rb-bup")


def latest(anna):
    return Deviation.objects.filter(filed_by=anna, state="draft").latest("pk")


def step(name, draft):
    return reverse(f"filing_{name}", args=[draft.public_id])


def page(client, name, draft):
    return client.get(step(name, draft)).content.decode()


def begin(annas, anna, **sent):
    annas.post(reverse("filing"), sent)
    return latest(anna)


def answers(draft, **changes):
    given = {"reporting_unit": draft.reporting_unit_id, "occurred_on": timezone.localdate().isoformat(), "age": "14"}
    return {**given, "category": "sip/called_party_absent", **changes}


# ── what is proposed ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_common_event_proposes_the_unit_that_the_last_one_of_its_kind_was_about(annas, anna, filed, bup):
    draft = begin(annas, anna, event="sip")
    assert (draft.receiving_unit, draft.happened) == (bup, "En part som var kallad kom inte till SIP-mötet.")
    assert "Föreslagen: din senaste anmälan av samma slag gällde den." in page(annas, "concerns", draft)


def test_a_unit_is_never_proposed_from_another_kind_or_for_whom_has_filed_nothing(annas, anna, filing, bup):
    assert begin(annas, anna, event="sip").receiving_unit is None
    file(filing(category="contact/no_route"), by=anna)
    assert begin(annas, anna, event="sip").receiving_unit is None


def test_a_unit_that_is_gone_is_not_proposed(annas, anna, filed, bup):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Organisation.objects.filter(pk=bup.pk).update(valid_to=yesterday)
    assert begin(annas, anna, event="sip").receiving_unit is None


def test_what_was_proposed_is_said_until_one_goes_on_with_it(annas, anna, filed):
    draft = begin(annas, anna, event="sip")
    annas.post(step("concerns", draft), answers(draft, next="1"))
    assert "Föreslagen:" not in page(annas, "concerns", draft)


def test_a_proposed_unit_is_taken_away_as_any_other(annas, anna, filed, bup):
    draft = begin(annas, anna, event="sip")
    annas.post(step("concerns", draft), answers(draft, remove=bup.pk))
    assert latest(anna).receiving_unit is None


def test_one_more_begins_from_the_same_unit_about_the_same_ones_and_nothing_else(annas, anna, filed, bup):
    draft = begin(annas, anna, after=filed.public_id)
    assert (draft.reporting_unit, draft.receiving_unit) == (filed.reporting_unit, bup)
    assert (draft.happened, draft.category, draft.age, draft.target_group) == ("", "", None, "")
    assert "Föreslagen: samma som i din förra anmälan." in page(annas, "concerns", draft)


@pytest.mark.parametrize("after", [str(uuid.UUID(int=0)), "x"])
def test_one_more_after_what_does_not_exist_is_not_found(annas, anna, after):
    assert annas.post(reverse("filing"), {"after": after}).status_code == 404
    assert not Deviation.objects.filter(filed_by=anna).exists()


def test_one_more_after_a_colleagues_is_not_found(client, maria, filed):
    client.force_login(maria)
    assert client.post(reverse("filing"), {"after": filed.public_id}).status_code == 404


def test_pressing_a_common_event_many_times_leaves_one_draft_until_it_is_written_in(annas, anna, filed):
    for _press in range(3):
        draft = begin(annas, anna, event="sip")
    assert Deviation.objects.filter(filed_by=anna, state="draft").count() == 1
    annas.post(step("what", draft), {"happened": f"{draft.happened} Mötet fick avbrytas."})
    assert begin(annas, anna, event="sip") != draft
    assert Deviation.objects.get(pk=draft.pk).happened.endswith("Mötet fick avbrytas.")


def test_what_a_draft_begins_with_says_nothing_of_anybody(db):
    assert [guarded(text).found for text in openings()] == [[] for event in EVENTS.values() if event.opening]


def test_the_kinds_chosen_lately_are_among_the_first(annas, anna, filing):
    file(filing(category="contact/no_route"), by=anna)
    draft = begin(annas, anna)
    shown = re.findall(r'name="category" value="([^"]+)"', page(annas, "concerns", draft))
    assert shown[0] == "contact/no_route"
    assert "Du valde det senast" in page(annas, "concerns", draft)


def test_the_group_can_be_chosen_without_an_age(annas, anna, bup):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Kallelse gick ut. BUP kom inte."})
    annas.post(step("concerns", draft), answers(draft, age="", target_group="barn_unga", add=bup.pk))
    assert annas.post(step("concerns", draft), answers(draft, age="", target_group="barn_unga", next="1")).url == step(
        "review", draft
    )
    assert "Går till Samverkansgrupp Barn och unga</h2>" in page(annas, "review", draft)


def test_a_day_is_one_press_also_without_scripts(annas, anna):
    draft, yesterday = begin(annas, anna), timezone.localdate() - datetime.timedelta(days=1)
    response = annas.post(step("concerns", draft), answers(draft, day=yesterday.isoformat()))
    assert response.url.endswith("#nar")
    assert (latest(anna).occurred_on, latest(anna).age) == (yesterday, 14)
    annas.post(step("concerns", draft), answers(draft, occurred_on="2026-01-02", day="1999-01-01"))
    assert latest(anna).occurred_on == datetime.date(2026, 1, 2)


# ── finding the unit ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["barn och ungdomspsyk", "BARN- OCH UNGDOMSPSYK", "bup region", "barn o ungdomspsyk"])
def test_bup_is_found_by_what_people_call_it(annas, anna, typed):
    html = annas.get(step("units", begin(annas, anna)), {"q": typed}).content.decode()
    assert re.findall(r'<button type="submit" name="add" value="(\d+)"', html)[0] == str(unit("blekinge", "rb-bup").pk)
    assert "Menade du:" not in html


@pytest.mark.parametrize("typed", ["vuxenpsykatrin", "vuxenpsykaitrin", "vuxempsykiatrin"])
def test_a_slip_is_asked_about_and_never_chosen_in_silence(annas, anna, typed):
    html = annas.get(step("units", begin(annas, anna)), {"q": typed}).content.decode()
    assert f"Ingen heter precis ”{typed}”. Menade du:" in html
    assert "Vuxenpsykiatrin" in html


def test_letters_that_fit_nothing_lead_to_who_is_responsible(annas, anna):
    html = annas.get(step("units", begin(annas, anna)), {"q": "xyzzy"}).content.decode()
    assert "Ingen verksamhet i länet heter något med ”xyzzy”." in html
    assert 'href="#ansvar"' in html


@pytest.mark.parametrize("typed", ["--", "🙂", "%", "'", "<b>", " "])
def test_signs_find_nothing_and_break_nothing(annas, anna, typed):
    assert annas.get(step("units", begin(annas, anna)), {"q": typed}).status_code == 200


# ── the routine ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_routine_is_shown_with_version_and_validity_where_one_files(annas, anna):
    for html in (annas.get(reverse("filing")).content.decode(), page(annas, "what", begin(annas, anna))):
        assert "Rutin för avvikelser i samverkan, Blekinge" in html
        assert "Version 1, gäller från 1 maj 2021" in html
        assert "Har gått ut" not in html


def test_a_routine_that_has_expired_says_so_and_that_one_files_all_the_same(annas, anna, monkeypatch):
    profile_for = filing_pages.profile_for

    def ended(filing):
        version, profile = profile_for(filing)
        day = clock.today() - datetime.timedelta(days=1)
        return version, profile.model_copy(update={"routine": profile.routine.model_copy(update={"valid_to": day})})

    monkeypatch.setattr(filing_pages, "profile_for", ended)
    html = page(annas, "what", begin(annas, anna))
    assert "Har gått ut" in html
    assert "Rutinen har gått ut, men anmäl ändå." in html


# ── the guard ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reader_who_does_not_see_the_marks_is_told_how_many_and_which(annas, anna):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": f"{NAMED} Eller 070-765 43 21."})
    said = re.search(r'<div class="vh" id="said_happened" role="status">([^<]+)</div>', page(annas, "what", draft))[1]
    assert said.strip() == (
        "2 ställen måste ändras: 070-123 45 67, 070-765 43 21. Ett ställe att se över: Anna Svensson."
    )


def test_of_very_many_places_the_first_are_told_of_and_all_are_marked(annas, anna):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Ring 070-123 45 67.\n" * 1000})
    html = page(annas, "what", draft)
    assert (html.count('<mark class="stop">'), html.count("Ta bort:</span>")) == (1000, 8)
    assert "992 ställen till är markerade i texten." in html
    assert "1000 ställen kvar att ändra." in html


def test_more_than_fits_is_refused_at_its_field_and_the_draft_stays(annas, anna):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Det här är kvar."})
    response = annas.post(step("what", draft), {"happened": "x" * 20_001, "next": "1"})
    assert response.status_code == 422
    assert 'id="id_happened_error"' in response.content.decode()
    assert Deviation.objects.get(pk=draft.pk).happened == "Det här är kvar."


@pytest.mark.parametrize(
    "text", ["🙂👩‍👩‍👧 Kallelse\r\n\r\ngick ut.", "\n\nTvå rader före.", "<script>alert(1)</script>"]
)
def test_any_text_comes_back_as_it_was_written(annas, anna, text):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": text})
    assert Deviation.objects.get(pk=draft.pk).happened == text.replace("\r\n", "\n")
    assert "<script>alert" not in page(annas, "what", draft)


@pytest.fixture
def ready(annas, anna, bup):
    """A draft that lacks nothing."""
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Kallelse gick ut. BUP kom inte.", "next": "1"})
    annas.post(step("concerns", draft), answers(draft, add=bup.pk))
    annas.post(step("concerns", draft), answers(draft, next="1"))
    return draft


def test_the_suggestion_is_looked_at_as_the_story_is(annas, ready):
    html = annas.post(step("review", ready), {"suggestion": NAMED, "kind": "event"}, headers=HTMX).content.decode()
    assert '<mark class="stop">070-123 45 67</mark>' in html
    assert "Ett ställe måste ändras: 070-123 45 67. Ett ställe att se över: Anna Svensson." in html
    assert '<mark class="warn">Anna Svensson</mark>' in page(annas, "review", ready)


def test_a_swap_in_the_suggestion_works_without_scripts(annas, ready):
    annas.post(step("review", ready), {"suggestion": NAMED, "kind": "event"})
    offered = re.search(r'name="swap_suggestion" value="([^"]+)"', page(annas, "review", ready))[1]
    response = annas.post(step("review", ready), {"suggestion": NAMED, "kind": "event", "swap_suggestion": offered})
    assert response.url.endswith("#forslaget")
    assert Deviation.objects.get(pk=ready.pk).suggestion == "Ring Anna Svensson på."


def test_words_in_the_suggestion_that_are_no_name_are_not_asked_about_again(annas, ready):
    annas.post(step("review", ready), {"suggestion": NAMED, "kind": "event", "not_a_name": "Anna Svensson"})
    assert "Se över:" not in page(annas, "review", ready)


def test_a_suggestion_that_is_blocked_is_refused_by_the_send_at_its_field(annas, ready):
    response = annas.post(step("review", ready), {"suggestion": NAMED, "kind": "event", "send": "1"})
    assert response.status_code == 422
    assert 'id="id_suggestion_error"' in response.content.decode()
    assert Deviation.objects.get(pk=ready.pk).state == "draft"


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_when_the_draft_was_kept_stands_beside_the_button(annas, anna):
    draft = begin(annas, anna)
    html = annas.post(step("what", draft), {"happened": "Kallelse gick ut."}, headers=HTMX).content.decode()
    now = timezone.localtime()
    said = re.search(r"Utkastet är sparat (\d\d)\.(\d\d)\.", html)
    assert abs(now.hour * 60 + now.minute - int(said[1]) * 60 - int(said[2])) <= 1
    Deviation.objects.filter(pk=draft.pk).update(changed_at=now - datetime.timedelta(days=1))
    assert re.search(r"Utkastet är sparat i går \d\d\.\d\d\.", page(annas, "what", draft))


def test_drafts_are_gone_on_with_and_thrown_away_from_home_and_from_the_start(annas, anna):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Kallelse gick ut."})
    for name in ("home", "filing", "mine"):
        html = annas.get(reverse(name)).content.decode()
        assert f'href="{step("what", draft)}"' in html
        assert f'action="{step("discard", draft)}"' in html
    annas.post(step("discard", draft))
    assert step("what", draft) not in annas.get(reverse("home")).content.decode()


def test_a_thrown_away_draft_is_not_revived_by_a_late_autosave(annas, anna):
    draft = begin(annas, anna)
    annas.post(step("discard", draft))
    response = annas.post(step("what", draft), {"happened": "Sent."}, headers=HTMX)
    assert (response.status_code, Deviation.objects.get(pk=draft.pk).happened) == (404, "")


def test_home_and_step_two_ask_the_database_as_often_at_one_row_and_at_thirty(annas, anna, filing, bup):
    draft = begin(annas, anna)
    annas.post(step("what", draft), {"happened": "Kallelse gick ut."})
    file(filing(), by=anna)

    def asked():
        for address in (reverse("home"), step("concerns", draft)):  # what is read once per process is read
            annas.get(address)
        with CaptureQueriesContext(connection) as queries:
            for address in (reverse("home"), step("concerns", draft)):
                annas.get(address)
        return len(queries)

    few = asked()
    for number in range(29):
        file(filing(happened=f"Kallelse {number} gick ut."), by=anna)
        service.save_draft(filing(happened=f"Utkast {number}."), by=anna)
    assert asked() == few


def test_the_receipt_says_where_to_follow_and_offers_one_more(annas, ready):
    html = annas.post(step("review", ready), {"kind": "event", "send": "1"}, follow=True).content.decode()
    assert "Här följer du den, och den finns under Mina avvikelser." in html
    assert f'<input type="hidden" name="after" value="{ready.public_id}">' in html
