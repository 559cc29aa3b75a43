"""What a device is given to file without contact, and what it may send when it is back."""

import base64
import datetime
import json
import re
import uuid

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import Deviation, HistoryEntry, LocalReference
from frontend import device
from orgs.models import Organisation
from tests.cast import PASSWORD, unit

pytestmark = pytest.mark.django_db

HAPPENED = "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte."
KEY, CHOICES, SEND = "/anmal/utan-nat/nyckel/", "/anmal/utan-nat/underlag/", "/anmal/utan-nat/skicka/"


@pytest.fixture
def annas(client, anna):
    client.force_login(anna)
    return client


def kept(user, **changes):
    """What Anna's device sends for BL-01."""
    return {
        "id": str(uuid.uuid4()),
        "person": device.person_of(user),
        "send": "1",
        "happened": HAPPENED,
        "reporting_unit": str(unit("blekinge", "1080-elevhalsan").pk),
        "receiving_units": [str(unit("blekinge", "rb-bup").pk)],
        "category": "sip/called_party_absent",
        "age": "14",
        "occurred_on": timezone.localdate().isoformat(),
        "local_reference": "EH-17",
        **changes,
    }


def sent():
    return Deviation.objects.filter(filed_at__isnull=False).count()


def drafts():
    return Deviation.objects.filter(state="draft").count()


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_filed_and_the_answer_leads_to_where_it_is_followed(annas, anna):
    answer = annas.post(SEND, kept(anna))
    deviation = Deviation.objects.get()
    assert (answer.status_code, deviation.state, deviation.accountable_body.key) == (200, "submitted", "sg_barn_unga")
    assert answer.json()["url"] == f"/avvikelse/{deviation.public_id}/"
    assert answer.json()["words"].startswith(
        "Skickad. Samverkansgrupp Barn och unga har den nu, och du får svar senast "
    )
    reference = LocalReference.objects.get(deviation=deviation).reference
    assert (deviation.happened, deviation.age, reference) == (HAPPENED, 14, "EH-17")


def test_however_often_it_is_sent_there_is_one_with_one_entry_in_its_history(annas, anna):
    given = kept(anna)
    answers = [annas.post(SEND, given).json() for _time in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (sent(), HistoryEntry.objects.filter(step="submit").count()) == (1, 1)


def test_a_lost_answer_is_given_again_also_when_the_unit_has_ended_meanwhile(annas, anna):
    given = kept(anna)
    first = annas.post(SEND, given).json()
    Organisation.objects.filter(key="rb-bup").update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    assert annas.post(SEND, {**given, "happened": "Något annat."}).json() == first
    assert sent() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"receiving_units": []}, "Välj vilken verksamhet det gäller."),
        ({"receiving_units": ["999999999"]}, "Välj vilken verksamhet det gäller."),
        ({"receiving_units": ["9" * 30, "-1", "x"]}, "Välj vilken verksamhet det gäller."),
        ({"category": ""}, "Välj vad det liknar mest."),
        ({"category": "finns/inte"}, "Kategorin finns inte i länets profil."),
        ({"occurred_on": ""}, "Ange vilken dag det hände."),
        ({"occurred_on": "i tisdags"}, "Datumet går inte att läsa. Skriv det som 2026-03-29."),
        ({"age": "fjorton"}, "Ange åldern i hela år, 0 till 120."),
        ({"reporting_unit": "1"}, "Du kan bara anmäla från en enhet där du arbetar."),
        ({"happened": "Vi ringde om 20121212-1212."}, "Det ser ut som ett personnummer."),
        ({"local_reference": "20121212-1212"}, "Det ser ut som ett personnummer."),
    ],
)
def test_what_cannot_be_sent_becomes_one_draft_with_its_reason(annas, anna, changes, reason):
    given = kept(anna, **changes)
    answers = [annas.post(SEND, given) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert reason in answers[0].json()["words"]
    assert (sent(), drafts()) == (0, 1)
    draft = Deviation.objects.get()
    assert (draft.happened, draft.filed_by_id) == (given["happened"], anna.pk)
    assert answers[1].json()["url"] == answers[0].json()["url"] == f"/anmal/{draft.public_id}/"


def test_what_was_not_finished_becomes_a_draft_once(annas, anna):
    given = {name: value for name, value in kept(anna).items() if name not in ("send", "receiving_units")}
    assert annas.post(SEND, given).json()["words"] == "Det du skrev utan nät ligger nu bland dina utkast."
    annas.post(SEND, given)
    assert (sent(), drafts()) == (0, 1)


def test_a_draft_that_was_sent_meanwhile_is_not_made_anew(annas, anna):
    given = kept(anna, receiving_units=[])
    annas.post(SEND, given)
    Deviation.objects.update(receiving_unit=unit("blekinge", "rb-bup"))
    annas.post(f"/anmal/{Deviation.objects.get().public_id}/se-over/", {"send": "1", "kind": "event"})
    assert annas.post(SEND, given).json()["words"].startswith("Skickad. ")
    assert (sent(), drafts()) == (1, 0)


def test_another_person_cannot_send_it(client, anna, berit):
    client.force_login(berit)
    answer = client.post(SEND, kept(anna))
    assert (answer.status_code, answer.json()) == (
        409,
        {"words": "Det är skrivet av någon annan än den som är inloggad."},
    )
    assert Deviation.objects.count() == 0


def test_the_same_id_in_two_persons_hands_are_two(client, anna, maria):
    given = kept(anna)
    for who in (anna, maria):
        client.force_login(who)
        assert client.post(SEND, {**given, "person": device.person_of(who)}).status_code == 200
    assert sent() == 2


def test_whoever_may_no_longer_file_is_told_so_and_it_stays_on_the_device(client, bo):
    client.force_login(bo)
    answer = client.post(SEND, kept(bo))
    assert (answer.status_code, answer.json()["words"]) == (403, "Du kan bara anmäla från en enhet där du arbetar.")


@pytest.mark.parametrize(
    "changes", [{"id": "no-uuid"}, {"person": ""}, {"happened": "a\0b"}, {"happened": "a" * 20_001}]
)
def test_what_cannot_be_read_stays_on_the_device(annas, anna, changes):
    answer = annas.post(SEND, kept(anna, **changes))
    assert (answer.status_code, Deviation.objects.count()) == (422, 0)
    assert answer.json()["words"] == "Det som skickades går inte att läsa. Det finns kvar på enheten."


def test_an_old_token_sends_nothing_and_the_fresh_one_does(anna):
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.post(SEND, kept(anna)).status_code == 403
    token = client.get(KEY).json()["token"]
    assert client.post(SEND, kept(anna), headers={"X-CSRFToken": token}).status_code == 200


def test_what_nobody_saw_sent_is_told_on_the_next_page(annas, anna):
    annas.post(SEND, kept(anna, later="1"))
    assert "Skickad. Samverkansgrupp Barn och unga har den nu" in annas.get("/").content.decode()


# ── the key ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_is_this_log_ins_and_ends_with_it(annas):
    told = annas.get(KEY).json()
    session = Session.objects.get(session_key=annas.cookies[settings.SESSION_COOKIE_NAME].value)
    assert told["ends"] == int(session.expire_date.timestamp()) * 1000
    assert len(base64.b64decode(told["secret"])) == 32
    assert annas.get(KEY).json()["secret"] == told["secret"]


def test_another_log_in_of_the_same_person_has_another_key_and_gets_the_first_by_its_id(annas, anna):
    first = annas.get(KEY).json()
    elsewhere = Client()
    elsewhere.force_login(anna)
    second = elsewhere.get(KEY).json()
    assert (second["person"], second["secret"] == first["secret"]) == (first["person"], False)
    assert elsewhere.get(KEY, {"id": first["id"]}).json()["secret"] == first["secret"]


def test_another_person_gets_a_key_that_opens_nothing(annas, client, berit):
    first = annas.get(KEY).json()
    elsewhere = Client()
    elsewhere.force_login(berit)
    other = elsewhere.get(KEY, {"id": first["id"]}).json()
    assert (other["person"] == first["person"], other["secret"] == first["secret"]) == (False, False)


def test_a_key_whose_time_has_passed_is_never_given_again_and_no_id_lasts_longer(annas):
    first = annas.get(KEY).json()
    ended = f"{int(timezone.now().timestamp()) - 1}-{first['id'].partition('-')[2]}"
    longer = f"{first['ends'] // 1000 + 3600}-{first['id'].partition('-')[2]}"
    for given in (ended, "x", "-", "9" * 30 + "-a", "9" * 12 + "-a", longer, "١٢٣٤٥٦٧٨٩٠١-a"):
        assert annas.get(KEY, {"id": given}).status_code == 410, given
    other = f"{first['ends'] // 1000 - 60}-{first['id'].partition('-')[2]}"
    assert annas.get(KEY, {"id": other}).json()["secret"] != first["secret"]


def test_nothing_of_it_may_be_kept_on_the_way(annas):
    for address in (KEY, CHOICES, "/sw.js"):
        assert "no-store" in annas.get(address)["Cache-Control"]


def test_the_mark_lives_as_long_as_the_log_ins_cookie(annas, anna):
    mark = annas.get(KEY).cookies[device.MARK]
    assert (mark.value, mark["samesite"], bool(mark["httponly"])) == (device.person_of(anna), "Strict", False)
    assert 0 < mark["max-age"] <= settings.SESSION_COOKIE_AGE
    earlier = f"{int(timezone.now().timestamp()) + 60}-of-another-log-in"
    assert annas.get(KEY, {"id": earlier}).cookies[device.MARK]["max-age"] > 60
    session = annas.session
    session.set_expiry(0)
    session.save()
    assert annas.get(KEY).cookies[device.MARK]["max-age"] == ""


def test_a_log_out_makes_the_browser_throw_away_what_it_kept(annas):
    annas.get(KEY)
    answer = annas.post("/konto/logout/")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert answer.cookies[device.MARK]["max-age"] == 0


def test_a_log_in_takes_away_the_mark_of_whoever_was_there_before(client, anna):
    answer = client.post("/konto/login/", {"login": "anna@example.se", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.cookies[device.MARK]["max-age"] == 0
    assert "Clear-Site-Data" not in answer


# ── what one chooses from, and what is kept for everyone ─────────────────────────────────────────────────────────────


def test_one_chooses_among_ones_own_units_the_countys_units_and_its_kinds(annas, anna, filed):
    told = annas.get(CHOICES).json()
    assert told["units"][0] == [filed.reporting_unit_id, filed.reporting_unit.full_name]
    assert told["lately"] == [filed.receiving_unit_id]
    bup = unit("blekinge", "rb-bup")
    assert [bup.pk, bup.name, bup.principal.name] in told["receivers"]
    assert {Organisation.objects.get(pk=pk).county.slug for pk, _name, _beside in told["receivers"]} == {"blekinge"}
    assert "sip/called_party_absent" in [code for code, _name, _short in told["kinds"]]
    assert filed.happened not in json.dumps(told, ensure_ascii=False)


def test_whoever_files_from_nowhere_gets_nothing_to_choose_from(client, bo):
    client.force_login(bo)
    assert client.get(CHOICES).json() == {}


def test_a_county_with_too_many_units_to_carry_leaves_those_lately_chosen(annas, filed, monkeypatch):
    monkeypatch.setattr(device, "MOST_UNITS", 1)
    assert [pk for pk, *_rest in annas.get(CHOICES).json()["receivers"]] == [filed.receiving_unit_id]


def test_the_choices_cost_the_same_for_one_and_for_thirty_units(annas, anna, filed, django_assert_num_queries):
    annas.get(CHOICES)
    with CaptureQueriesContext(connection) as few:
        annas.get(CHOICES)
    like = unit("blekinge", "rb-bup")
    for number in range(30):
        Organisation.objects.create(
            county=like.county, parent=like.parent, principal=like.principal, key=f"ny-{number}", name=f"Ny {number}"
        )
    with django_assert_num_queries(len(few)):
        assert len(annas.get(CHOICES).json()["receivers"]) > 30


def test_the_page_is_the_same_for_everyone_and_holds_nothing_of_anyone(client, anna):
    open_to_all = client.get("/anmal/utan-nat/").content
    client.force_login(anna)
    assert client.get("/anmal/utan-nat/").content == open_to_all
    for personal in (b"csrf", b"samsyn-person", anna.email.encode(), b"Karlskrona"):
        assert personal not in open_to_all


def test_the_worker_keeps_only_static_files_and_that_page_under_a_version(client):
    worker = client.get("/sw.js")
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    shell = json.loads(re.match(r"self\.SHELL = (.*);\n", worker.content.decode())[1])
    assert re.fullmatch("[0-9a-f]{16}", shell["version"])
    assert shell["page"] == "/anmal/utan-nat/"
    assert all(name.startswith("/static/frontend/") for name in shell["files"])
    page = client.get(shell["page"]).content.decode()
    linked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert linked - {"/static/frontend/img/icon-192.png"} <= set(shell["files"])


def test_the_manifest_names_icons_of_the_sizes_that_it_says(client):
    told = client.get("/manifest.webmanifest")
    assert (told["Content-Type"], told.json()["lang"], told.json()["start_url"]) == (
        "application/manifest+json",
        "sv",
        "/",
    )
    for icon in told.json()["icons"]:
        with open(settings.BASE_DIR / "frontend" / icon["src"].lstrip("/"), "rb") as picture:
            head = picture.read(24)
        size = [int.from_bytes(head[at : at + 4]) for at in (16, 20)]
        assert (head[:8], f"{size[0]}x{size[1]}") == (b"\x89PNG\r\n\x1a\n", icon["sizes"])


def test_every_page_says_whose_it_is_only_to_those_logged_in(client, anna):
    assert b"samsyn-person" not in client.get("/konto/login/").content
    client.force_login(anna)
    assert device.person_of(anna).encode() in client.get("/").content
