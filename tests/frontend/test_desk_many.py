"""What makes a coordinator's day short: filters, views, standard texts, many at once, who looks, what is alike."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations import clock, presence
from deviations.models import Deviation, Looking, Party, SavedView, StandardText
from deviations.services import deciding, desk, handling, merging
from deviations.services.filing import file
from deviations.workflow import State
from frontend.desk_filters import FILTERS
from orgs.permissions import grant, keys_of
from tests.cast import body, person, unit
from tests.frontend.pages import fresh, text
from tests.frontend.test_desk import titles

GROUP = "sg_barn_unga"


@pytest.fixture
def logged_in(client):
    def as_(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_


@pytest.fixture
def siv(cast):
    """Bo's colleague in the group."""
    siv = person("siv", "Siv Sand")
    grant(siv, "coordinator", body("blekinge", GROUP), by=None)
    return siv


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def numbers(html):
    return set(re.findall(r'<td class="nr">([^<]+)</td>', html))


def test_every_filter_narrows_the_queue(get, bo, anna, filing, filed):
    other = file(filing(), by=anna)
    today = timezone.localdate()
    bup = unit("blekinge", "rb-bup")
    Deviation.objects.filter(pk=filed.pk).update(
        severity=4, likelihood=3, assigned_to=bo, flags=["recurring"], target_group="barn", municipality_code="1080"
    )
    Deviation.objects.filter(pk=other.pk).update(
        flags=[], target_group="vuxna", municipality_code="1081",
        receiving_principal=unit("blekinge", "1080-elevhalsan").principal,
        filed_at=timezone.now() - datetime.timedelta(days=30),
    )  # fmt: skip
    chosen = {
        "q": filed.reference, "slag": None, "kommun": "1080", "tilldelad": "jag", "risk": "hog",
        "mottagare": str(bup.principal_id), "malgrupp": "barn", "flagga": "recurring",
        "fran": (today - datetime.timedelta(days=5)).isoformat(), "till": None,
    }  # fmt: skip
    assert set(chosen) == set(FILTERS)
    for name, value in chosen.items():
        if value is not None:
            assert numbers(text(get(bo, "desk", **{name: value}))) == {filed.reference}, name
    opposite = {
        "tilldelad": "ingen", "risk": "oskattad", "till": (today - datetime.timedelta(days=5)).isoformat(),
        "malgrupp": "vuxna",
    }  # fmt: skip
    for name, value in opposite.items():
        assert numbers(text(get(bo, "desk", **{name: value}))) == {other.reference}, name
    for name in ("risk", "malgrupp", "flagga", "tilldelad"):
        assert numbers(text(get(bo, "desk", vy="kannedom", **{name: chosen[name]}))) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [("risk", "enorm"), ("tilldelad", "x"), ("mottagare", "-1"), ("flagga", "nej"), ("fran", "igår"),
     ("till", "0001-01-01"), ("mottagare", "9" * 30)],
)  # fmt: skip
def test_what_nobody_could_have_chosen_is_not_found(get, bo, name, value):
    assert get(bo, "desk", **{name: value}).status_code == 404


def test_a_filter_in_use_is_shown_and_can_be_cleared(get, bo, filed):
    html = text(get(bo, "desk", flagga="recurring"))
    assert re.search(r'<option value="recurring" selected>', html)
    assert ">Rensa</a>" in html


def test_what_the_body_receives_in_anothers_place_stands_in_its_queue(get, bo, anna, filing):
    elsewhere = file(filing(age=30), by=anna)
    assert elsewhere.accountable_body.key != GROUP
    Party.objects.filter(deviation=elsewhere, body=body("blekinge", GROUP)).delete()
    Party.objects.create(
        deviation=elsewhere, role=Party.Role.STAND_IN, body=body("blekinge", GROUP), shown_as="Gruppen",
        filed_at=elsewhere.filed_at,
    )  # fmt: skip
    html = text(get(bo, "desk"))
    assert numbers(html) == {elsewhere.reference}
    assert "<b>Dig:</b> ta emot" in html


def test_the_queue_is_found_by_the_index_of_the_body(bo, filed):
    from frontend.desk_queue import MINE, _of_body

    explained = _of_body(bo, body("blekinge", GROUP), MINE).explain()
    if connection.vendor == "sqlite":  # a planner with statistics may rightly read a small table whole
        assert "desk_of_body" in explained


# ── saved views ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_view_is_saved_shown_shared_and_forgotten(get, logged_in, bo, siv, cecilia, filed):
    address = reverse("save_view", args=[GROUP])
    answer = logged_in(bo).post(address, {"name": "SIP", "query": "vy=nya&slag=sip&efter=9&annat=1", "shared": "on"})
    assert answer["Location"] == f"/arbetsbord/?organ={GROUP}&vy=nya&slag=sip"
    view = SavedView.objects.get()
    for who in (bo, siv):
        assert f'href="/arbetsbord/?organ={GROUP}&amp;vy=nya&amp;slag=sip">SIP' in text(get(who, "desk"))
    logged_in(bo).post(address, {"name": "Min", "query": "risk=hog"})
    assert "Min" not in text(get(siv, "desk"))
    assert logged_in(cecilia).post(reverse("forget_view", args=[GROUP, view.pk])).status_code == 404
    assert logged_in(siv).post(reverse("forget_view", args=[GROUP, view.pk])).status_code == 302
    assert [v.name for v in SavedView.objects.all()] == ["Min"]
    assert logged_in(siv).post(reverse("forget_view", args=[GROUP, SavedView.objects.get().pk])).status_code == 404


def test_a_view_needs_a_name_without_anybodys_identity(logged_in, bo):
    address = reverse("save_view", args=[GROUP])
    for name in ("", "20121212-1212"):
        logged_in(bo).post(address, {"name": name, "query": "risk=hog"})
    assert not SavedView.objects.exists()


# ── standard texts ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_standard_text_is_written_offered_put_in_and_ended(get, take, logged_in, bo, filed):
    address = reverse("standard_texts", args=[GROUP])
    given = {"step": "give_feedback", "category": "sip", "name": "Tack", "text": "Tack för att du anmälde."}
    assert logged_in(bo).post(address, given).status_code == 302
    written = StandardText.objects.get()
    handling.receive(filed, by=bo)
    html = text(get(bo, "step", filed.public_id, "give_feedback"))
    assert f'<option value="{written.pk}">Tack</option>' in html
    html = text(take(bo, fresh(filed), "give_feedback", text="Hej.", search="text", standard_text=written.pk))
    assert "Hej.\n\nTack för att du anmälde.</textarea>" in html
    assert fresh(filed).fed_back_at is None
    assert "Infoga standardtext" not in text(get(bo, "step", filed.public_id, "decide"))
    changed = reverse("standard_text", args=[GROUP, written.pk])
    assert logged_in(bo).post(changed, {**given, "text": "Tack!"}).status_code == 302
    assert logged_in(bo).post(reverse("end_standard_text", args=[GROUP, written.pk])).status_code == 302
    assert "Infoga standardtext" not in text(get(bo, "step", filed.public_id, "give_feedback"))


def test_a_standard_text_is_judged_at_its_fields(logged_in, bo):
    address = reverse("standard_texts", args=[GROUP])
    answer = logged_in(bo).post(address, {"step": "decide", "name": "", "text": "Elev 20121212-1212 kom inte."})
    assert answer.status_code == 422
    assert "Ge texten ett namn." in text(answer)
    assert not StandardText.objects.exists()


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_many_are_received_at_once_and_each_that_was_not_says_why(logged_in, bo, anna, filing, filed):
    new = [filed, file(filing(), by=anna)]
    old = handling.receive(file(filing(), by=anna), by=bo)
    chosen = {"steg": "receive", "vald": [str(d.public_id) for d in (*new, old)]}
    client = logged_in(bo)
    html = text(client.get(reverse("many", args=[GROUP]), chosen))
    assert "3 avvikelser" in html
    done = client.post(reverse("many", args=[GROUP]), chosen, follow=True)
    html = text(done)
    assert done.redirect_chain == [(f"/arbetsbord/{GROUP}/flera/klart/", 302)]
    assert "2 klara" in html
    assert "1 gick inte" in html
    assert "Avvikelsen är redan mottagen." in html
    assert {fresh(d).state for d in new} == {State.RECEIVED}


def test_many_are_scored_assigned_and_put_on_the_agenda(logged_in, bo, siv, anna, filing, filed):
    two = [handling.receive(d, by=bo) for d in (filed, file(filing(), by=anna))]
    client, ids = logged_in(bo), [str(d.public_id) for d in two]
    address = reverse("many", args=[GROUP])
    assert client.post(address, {"steg": "score", "vald": ids, "severity": 2, "likelihood": 3}).status_code == 302
    assert client.post(address, {"steg": "assign", "vald": ids, "to": siv.pk}).status_code == 302
    assert client.post(address, {"steg": "score", "vald": ids}).status_code == 422
    assert [(fresh(d).risk, fresh(d).assigned_to) for d in two] == [(6, siv), (6, siv)]


def test_nobody_takes_a_step_for_what_they_may_not_see(logged_in, bo, cecilia, filed):
    chosen = {"steg": "receive", "vald": str(filed.public_id)}
    assert logged_in(cecilia).post(reverse("many", args=["barnalivet"]), chosen).status_code == 302
    assert logged_in(cecilia).post(reverse("many", args=[GROUP]), chosen).status_code == 404
    assert fresh(filed).state == State.SUBMITTED
    client = logged_in(bo)
    assert (
        client.post(reverse("many", args=[GROUP]), {"steg": "decide", "vald": str(filed.public_id)}).status_code == 404
    )
    assert client.post(reverse("many", args=[GROUP]), {"steg": "receive", "vald": "x"}).status_code == 404


# ── a glance, and who looks ──────────────────────────────────────────────────────────────────────────────────────────
def test_a_glance_has_the_steps_the_way_and_what_happened(get, bo, filed):
    html = text(get(bo, "deviation_peek", filed.public_id))
    assert 'id="peek-receive"' in html
    assert filed.happened in html


def test_colleagues_see_who_has_it_open_for_a_minute(get, logged_in, bo, siv, anna, filed):
    address = reverse("deviation_looking", args=[filed.public_id])
    assert "tittar på den här" not in text(logged_in(bo).post(address))
    assert "Bo Berg tittar på den här" in " ".join(re.sub(r"<[^>]+>", " ", text(logged_in(siv).post(address))).split())
    assert "Siv Sand" in text(get(bo, "deviation", filed.public_id))
    assert "Siv Sand" not in text(get(anna, "deviation", filed.public_id))
    assert text(logged_in(anna).post(address)).strip() == ""
    assert Looking.objects.count() == 2
    with clock.at(timezone.now() + datetime.timedelta(seconds=61)):
        assert presence.others_looking(filed, keys_of(bo)) == []
        assert presence.forget_old() == 0
    with clock.at(timezone.now() + datetime.timedelta(seconds=130)):
        assert presence.forget_old() == 2
    assert Looking.objects.count() == 0


def test_only_what_is_new_is_told_and_only_to_colleagues(
    bo, siv, filed, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(presence, "send_to_people", lambda people, message: told.append((set(people), message)))
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            presence.look(filed, by=bo, keys=keys_of(bo))
    assert told == [({siv.pk}, {"type": "looking.changed", "looking": str(filed.public_id)})]


# ── what is alike ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_alike_is_shown_and_joined_with_one_click(get, take, bo, anna, filing, filed):
    handling.receive(filed, by=bo)
    again = file(filing(), by=anna)
    file(filing(category="referral", happened="Remissen besvarades aldrig.", receiving_units=(
        unit("blekinge", "rb-vardcentral"),)), by=anna)  # fmt: skip
    html = text(get(bo, "deviation", again.public_id))
    assert "Kan vara samma händelse" in html
    assert re.findall(r'name="into" value="([^"]+)"', html) == [filed.reference]
    assert take(bo, again, "merge", into=filed.reference).status_code == 302
    assert fresh(again).merged_into == filed
    html = text(get(bo, "deviation", filed.public_id))
    assert "Förd hit." in html
    assert again.reference in html


def test_the_merged_reporter_follows_the_other_ones_way_without_its_words(get, bo, anna, filing, filed):
    handling.receive(filed, by=bo)
    second = file(filing(happened="Ingen kom till mötet i fredags."), by=anna)
    merging.merge(second, into=filed, by=bo)
    deciding.decide(fresh(filed), text="Brevlådan bevakas.", by=bo)
    html = text(get(anna, "deviation", second.public_id))
    assert "Handläggs tillsammans med en liknande avvikelse" in html
    assert "Brevlådan bevakas." not in html
    assert filed.happened not in html
    deciding.give_feedback(fresh(filed), text="Tack, den bevakas nu.", by=bo)
    html = text(get(anna, "deviation", second.public_id))
    assert "Tack, den bevakas nu." in html
    assert reverse("answer_helped", args=[second.public_id]) in html


def test_nothing_is_alike_that_one_may_not_see(bo, filed):
    from deviations.similar import similar_to

    vera = person("vera", "Vera Vik")
    grant(vera, "coordinator", body("blekinge", "sg_vuxna"), by=None)
    assert similar_to(filed, vera) == []


def test_the_panel_costs_the_same_however_many_are_alike(get, bo, anna, filing, filed):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            get(bo, "deviation", filed.public_id)
        return len(queries)

    get(bo, "desk")
    get(bo, "deviation", filed.public_id)  # the first time it is no longer new, which is written down
    for _number in range(4):
        file(filing(), by=anna)
    few = asked()
    for _number in range(26):
        file(filing(), by=anna)
    assert asked() == few


@pytest.mark.parametrize("view", ["oppna", "avslutade"])
def test_the_queue_costs_the_same_at_one_row_and_thirty(get, bo, siv, anna, filing, view):
    counts = []
    get(bo, "desk")
    for more in (1, 29):
        for _number in range(more):
            deviation = desk.assign(file(filing(), by=anna), to=bo, by=bo)
            if view == "avslutade":
                target = handling.receive(file(filing(), by=anna), by=bo)
                merging.merge(deviation, into=target, by=bo)
        with CaptureQueriesContext(connection) as queries:
            assert titles(text(get(bo, "desk", vy=view)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
