"""Citing how a like dispute was answered: chosen before sending, kept, and shown to all who read the deviation."""

import uuid

import pytest
from django.urls import reverse

from deviations.errors import Invalid
from deviations.history import verify
from deviations.models import Deviation, Precedent
from deviations.services.filing import file, filing_of, save_draft
from deviations.services.precedents import withdraw_precedent
from tests.deviations.test_disputes import WORDS
from tests.deviations.test_precedents import disputed, precedent, settled  # noqa: F401
from tests.permissions.sending import send


def test_what_is_cited_is_kept_and_stands_in_the_history(anna, filing, precedent):  # noqa: F811
    deviation = file(filing(cites=precedent), by=anna)
    assert Deviation.objects.get(pk=deviation.pk).cites == precedent
    assert deviation.history.get().data["cites"] == str(precedent.public_id)
    assert verify(deviation) is None
    assert list(precedent.cited_by.all()) == [deviation]


def test_nothing_is_said_when_nothing_is_cited(anna, filing):
    assert "cites" not in file(filing(), by=anna).history.get().data


def test_a_draft_keeps_it(anna, filing, precedent):  # noqa: F811
    assert filing_of(save_draft(filing(cites=precedent), by=anna)).cites == precedent


def test_one_of_another_county_does_not_exist(anna, filing, precedent, county_varmland):  # noqa: F811
    Precedent.objects.update(county=county_varmland)
    precedent.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        file(filing(cites=precedent), by=anna)
    assert refused.value.fields == {"cites": [("does_not_exist", "Avgörandet finns inte i ditt län.")]}


def test_one_that_has_been_taken_back_is_not_cited_any_more(anna, bo, filing, precedent):  # noqa: F811
    withdrawn = withdraw_precedent(precedent, reason="Ny överenskommelse.", by=bo)
    with pytest.raises(Invalid) as refused:
        file(filing(cites=withdrawn), by=anna)
    assert refused.value.fields == {"cites": [("withdrawn", "Avgörandet är återkallat och gäller inte längre.")]}


def test_the_api_takes_it_and_shows_it(anna, filing, precedent):  # noqa: F811
    told = filing()
    content = {
        "reporting_unit": told.reporting_unit.pk, "receiving_units": [told.receiving_units[0].pk], "age": 14,
        "occurred_on": told.occurred_on.isoformat(), "category": told.category, "happened": "Ingen tog emot.",
    }  # fmt: skip
    answer = send(anna, "/api/v1/deviations/", **content, cites=str(precedent.public_id))
    assert (answer.status_code, answer.json()["cites"]) == (201, str(precedent.public_id))
    for unknown in (str(uuid.uuid4()), "nej"):
        assert send(anna, "/api/v1/deviations/", **content, cites=unknown).status_code == 400


# ── on the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_chosen_before_sending_and_read_by_both_sides_and_the_group(client, cast, filing, precedent):  # noqa: F811
    draft = save_draft(filing(), by=cast.anna)
    client.force_login(cast.anna)
    review = reverse("filing_review", args=[draft.public_id])
    assert f'value="{precedent.public_id}"' in client.get(review).content.decode()
    sent = client.post(review, {"kind": "event", "send": "1", "cites": str(precedent.public_id)})
    assert sent.status_code == 302
    link = f'<a href="/vagledande/{precedent.public_id}/" lang="sv">{WORDS["title"]}</a>'
    for name, words in (("anna", "Hänvisar till"), ("bo", "Den som anmälde hänvisar"), ("berit", "Den som anmälde")):
        client.force_login(getattr(cast, name))
        html = client.get(reverse("deviation", args=[draft.public_id])).content.decode()
        assert (words in html, link in html) == (True, True), name


def test_nothing_is_asked_when_nothing_is_alike(client, cast, filing):
    draft = save_draft(filing(), by=cast.anna)
    client.force_login(cast.anna)
    assert 'name="cites"' not in client.get(reverse("filing_review", args=[draft.public_id])).content.decode()


def test_what_is_not_shown_cannot_be_chosen(client, cast, filing, precedent):  # noqa: F811
    Precedent.objects.update(category="waiting", clause_key="", kinds=[])
    draft = save_draft(filing(), by=cast.anna)
    client.force_login(cast.anna)
    review = reverse("filing_review", args=[draft.public_id])
    answer = client.post(review, {"kind": "event", "send": "1", "cites": str(precedent.public_id)})
    assert answer.status_code == 422
    assert Deviation.objects.get(pk=draft.pk).state == "draft"
