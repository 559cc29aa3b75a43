"""A draft open in two windows, and messages that come in another order than they were sent: nothing that the person
wrote last is written over without a word, and what is sent is what was looked over."""

import re

import pytest

from deviations.models import Deviation, DraftPage
from deviations.services import filing as service
from tests.frontend import test_filing
from tests.frontend.test_filing import HAPPENED, HTMX, answers, fill_in, step

annas, bup, draft = test_filing.annas, test_filing.bup, test_filing.draft

NOT_KEPT = "Inte sparat: utkastet har ändrats någon annanstans."
CHANGED = "Utkastet har ändrats någon annanstans sedan du öppnade den här sidan."


def marks(response):
    """What the page tells of itself when it is sent."""
    return dict(re.findall(r'name="(page|shown|seen|summary)"[^>]* value="([^"]+)"', response.content.decode()))


def opened(client, name, draft):
    page = marks(client.get(step(name, draft)))
    assert {"page", "shown"} <= page.keys()
    return page


def kept(draft):
    return Deviation.objects.get(pk=draft.pk).happened


def text_of(response):
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def write(client, draft, page, text, **more):
    return client.post(step("what", draft), {"happened": text, **page, **more})


def keep(client, draft, page, text, turn):
    return client.post(step("what", draft), {"happened": text, **page, "turn": str(turn)}, headers=HTMX)


def test_a_window_never_writes_over_what_another_one_wrote(annas, draft):
    here, there = opened(annas, "what", draft), opened(annas, "what", draft)
    keep(annas, draft, there, "BUP kom inte.", 1)
    told = keep(annas, draft, here, "Soc kom inte.", 1)
    assert NOT_KEPT in text_of(told)
    assert kept(draft) == "BUP kom inte."
    refused = write(annas, draft, here, "Soc kom inte.", next="1")
    assert refused.status_code == 409
    assert CHANGED in text_of(refused)
    assert "Vad hände? BUP kom inte." in text_of(refused)
    assert "Soc kom inte.</textarea>" in refused.content.decode()
    assert kept(draft) == "BUP kom inte."


def test_one_who_has_seen_both_goes_on_with_what_stands_on_the_page(annas, draft):
    here, there = opened(annas, "what", draft), opened(annas, "what", draft)
    keep(annas, draft, there, "BUP kom inte.", 1)
    refused = marks(write(annas, draft, here, "Soc kom inte.", next="1"))
    assert NOT_KEPT in text_of(keep(annas, draft, refused, "Soc kom inte. Och", 1))  # a letter chooses nothing
    assert kept(draft) == "BUP kom inte."
    went_on = write(annas, draft, refused, "Soc kom inte.", next="1")
    assert went_on.url == step("concerns", draft)
    assert kept(draft) == "Soc kom inte."


def test_a_text_that_could_not_be_taken_is_no_way_round_it(annas, draft):
    here, there = opened(annas, "what", draft), opened(annas, "what", draft)
    keep(annas, draft, there, "BUP kom inte.", 1)
    too_long = write(annas, draft, here, "x" * 20_001, next="1")
    assert too_long.status_code == 422
    assert write(annas, draft, marks(too_long), "Soc kom inte.", next="1").status_code == 409
    assert kept(draft) == "BUP kom inte."


def test_the_same_words_in_two_windows_are_no_quarrel(annas, draft):
    here, there = opened(annas, "what", draft), opened(annas, "what", draft)
    keep(annas, draft, there, HAPPENED, 1)
    saved = keep(annas, draft, here, HAPPENED, 1)
    keep(annas, draft, {**here, **marks(saved)}, f"{HAPPENED} Mer.", 2)
    assert kept(draft) == f"{HAPPENED} Mer."


def test_a_unit_added_just_before_another_answer_stays_when_it_comes_after(annas, draft, bup):
    here = opened(annas, "concerns", draft)
    annas.post(step("concerns", draft), answers(draft, age="15", turn="2", **here), headers=HTMX)
    annas.post(step("concerns", draft), answers(draft, age="", add=bup.pk, turn="1", **here), headers=HTMX)
    held = Deviation.objects.get(pk=draft.pk)
    assert (held.receiving_unit, held.age) == (bup, 15)


def test_a_suggestion_that_cannot_be_kept_is_told(annas, draft, bup):
    fill_in(annas, draft, bup)
    here, there = opened(annas, "review", draft), opened(annas, "review", draft)
    annas.post(step("review", draft), {"kind": "risk", **there, "turn": "1"}, headers=HTMX)
    annas.post(step("concerns", draft), answers(draft, remove=bup.pk))
    led = annas.post(
        step("review", draft), {"kind": "event", "suggestion": "Ring dagen före.", "send": "1", **here}, follow=True
    )
    assert led.redirect_chain[-1][0] == step("concerns", draft)
    assert "Ditt förslag är inte sparat: Ring dagen före." in text_of(led)


def test_only_what_the_page_asked_is_told_of(annas, draft, bup):
    fill_in(annas, draft, bup)
    here, there = opened(annas, "review", draft), opened(annas, "review", draft)
    annas.post(step("review", draft), {"consequence_person": "none", **there, "turn": "1"}, headers=HTMX)
    refused = annas.post(step("review", draft), {"suggestion": "Ring.", **here, "send": "1"})
    assert refused.status_code == 409
    assert "Ditt förslag Inget svar" in text_of(refused)
    assert "Hur många gånger har det hänt? 1" not in text_of(refused)


def test_a_window_that_was_only_opened_is_in_nobodys_way(annas, draft):
    here = opened(annas, "what", draft)
    keep(annas, draft, here, "BUP kom", 1)
    opened(annas, "what", draft)
    keep(annas, draft, here, "BUP kom inte.", 2)
    assert kept(draft) == "BUP kom inte."


def test_what_was_sent_before_and_comes_after_is_passed_over(annas, draft):
    here = opened(annas, "what", draft)
    keep(annas, draft, here, "BUP kom inte.", 2)
    late = keep(annas, draft, here, "BUP", 1)
    assert late.status_code == 200
    assert kept(draft) == "BUP kom inte."


def test_a_page_come_back_to_after_going_on_writes_as_before(annas, draft):
    here = opened(annas, "what", draft)
    write(annas, draft, here, "BUP kom inte.", turn="1", next="1")
    write(annas, draft, here, "BUP kom inte alls.", turn="2", next="1")
    assert kept(draft) == "BUP kom inte alls."


def test_without_scripts_a_page_may_be_sent_again_and_again(annas, draft):
    here = opened(annas, "what", draft)
    for text in ("Ett.", "Två.", "Tre."):
        assert write(annas, draft, here, text, next="1").status_code == 302
    assert kept(draft) == "Tre."


def test_another_step_of_the_draft_is_another_matter(annas, draft, bup):
    second = opened(annas, "concerns", draft)
    keep(annas, draft, opened(annas, "what", draft), HAPPENED, 1)
    annas.post(step("concerns", draft), answers(draft, add=bup.pk, **second))
    assert annas.post(step("concerns", draft), answers(draft, next="1", **second)).url == step("review", draft)


def test_answers_of_step_two_are_shown_beside_those_kept_elsewhere(annas, draft, bup):
    fill_in(annas, draft, bup)
    here, there = opened(annas, "concerns", draft), opened(annas, "concerns", draft)
    annas.post(step("concerns", draft), answers(draft, age="15", **there, turn="1"), headers=HTMX)
    told = annas.post(step("concerns", draft), answers(draft, age="17", **here, turn="1"), headers=HTMX)
    assert NOT_KEPT in text_of(told)
    refused = annas.post(step("concerns", draft), answers(draft, age="17", next="1", **here))
    assert refused.status_code == 409
    assert "Hur gammal är personen? 15" in text_of(refused)
    assert Deviation.objects.get(pk=draft.pk).age == 15


def test_answers_of_the_last_step_are_shown_beside_those_kept_elsewhere(annas, draft, bup):
    fill_in(annas, draft, bup)
    here, there = opened(annas, "review", draft), opened(annas, "review", draft)
    given = {"kind": "event", "consequence_person": "moderate", "solved_on_the_spot": "on"}
    annas.post(step("review", draft), {**given, **there, "turn": "1"}, headers=HTMX)
    told = annas.post(step("review", draft), {"kind": "risk", **here, "turn": "1"}, headers=HTMX)
    assert NOT_KEPT in text_of(told)
    refused = annas.post(step("review", draft), {"kind": "risk", **here, "send": "1"})
    assert refused.status_code == 409
    for words in ("Vad är det? Händelse", "Vi löste det på plats Ja", "Följd för personen"):
        assert words in text_of(refused)
    assert Deviation.objects.get(pk=draft.pk).state == "draft"


def test_what_is_sent_is_what_was_looked_over(annas, draft, bup):
    fill_in(annas, draft, bup)
    review = opened(annas, "review", draft)
    keep(annas, draft, opened(annas, "what", draft), "Något helt annat hände.", 1)
    refused = annas.post(step("review", draft), {"kind": "event", **review, "send": "1"})
    assert refused.status_code == 409
    assert "Se över det igen, och skicka det sedan." in text_of(refused)
    assert "Något helt annat hände." in text_of(refused)
    assert Deviation.objects.get(pk=draft.pk).state == "draft"
    again = opened(annas, "review", draft)
    assert annas.post(step("review", draft), {"kind": "event", **again, "send": "1"}).status_code == 302
    assert Deviation.objects.get(pk=draft.pk).state == "submitted"


def test_what_another_system_wrote_in_the_draft_is_not_written_over(annas, draft, anna):
    here = opened(annas, "what", draft)
    keep(annas, draft, here, "BUP", 1)
    draft.refresh_from_db()
    service.change_draft(draft, lambda filing: filing, by=anna)
    from_elsewhere = service.filing_of(draft)
    service.save_draft(
        type(from_elsewhere)(reporting_unit=from_elsewhere.reporting_unit, happened="Från skolans system."),
        by=anna, draft=draft,
    )  # fmt: skip
    assert NOT_KEPT in text_of(keep(annas, draft, here, "BUP kom inte.", 2))
    assert kept(draft) == "Från skolans system."


@pytest.mark.parametrize(
    "page", [{}, {"page": "x"}, {"page": "x" * 33, "shown": "y"}, {"page": "x\0", "shown": "y"}, {"shown": "y"}]
)
def test_a_page_without_its_marks_is_taken_as_before(annas, draft, page):
    assert write(annas, draft, page, HAPPENED, next="1").status_code == 302
    assert not DraftPage.objects.exists()


@pytest.mark.parametrize("turn", ["", "0", "-1", "x", "9999999", "²", "1.5"])
def test_a_count_that_is_none_counts_as_without_scripts(annas, draft, turn):
    write(annas, draft, opened(annas, "what", draft), HAPPENED, turn=turn)
    assert DraftPage.objects.get().turn == 0


def test_nothing_is_left_of_the_pages_when_the_draft_is_sent_or_thrown_away(annas, draft, bup):
    keep(annas, draft, opened(annas, "what", draft), HAPPENED, 1)
    assert DraftPage.objects.exists()
    annas.post(step("discard", draft))
    assert not DraftPage.objects.exists()
    annas.post("/anmal/")
    another = Deviation.objects.filter(state="draft").latest("pk")
    keep(annas, another, opened(annas, "what", another), HAPPENED, 1)
    fill_in(annas, another, bup)
    annas.post(step("review", another), {"kind": "event", "send": "1"})
    assert Deviation.objects.get(pk=another.pk).state == "submitted"
    assert not DraftPage.objects.exists()
