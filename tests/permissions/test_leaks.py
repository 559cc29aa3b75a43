"""Nothing of Blekinge's deviations reaches anyone who may not see them, by whatever is asked; and no GET writes.

ZEBRAFINK stands in all that was written; Kungsfiskarens is the reporting unit's name. That they are found where they
should be shows that these tests can fail.
"""

import io
import re
import zipfile
from contextlib import contextmanager
from html import unescape
from urllib.parse import unquote

import pypdf
import pytest
from django.db import connection, transaction

from api.models import OrganisationToken
from deviations import clock
from deviations.documents import pdf
from deviations.models import Deviation
from deviations.services.filing import file
from tests.permissions.table import ALL, outcome, route_of
from tests.permissions.world import MARKER, NAME_MARKER, NOWHERE, filing

pytestmark = pytest.mark.django_db

STRANGERS = ("anonymous", "cecilia", "disa", "lena", "ada", "sune")
UNKNOWN_WORD = "QWERTYUIO"  # as long as ZEBRAFINK

WHEN_MADE = re.compile(r"(?<=W3CDTF\">)[^<]+")

TABLE = [row.address for row in ALL if row.method == "GET"]
GUESSED = [
    "/avvikelse/{filed}", "/avvikelse/{filed}/finns-inte/", "/finns-inte/{filed}/", "/finns-inte/?sida={filed}",
    "/avvikelse/{filed}/vagen/?sedan=0", "/laget/{blekinge}/lsvo/?period=1999",
    "/api/v1/deviations/{filed}", "/api/v1/deviations/{filed}/finns-inte/", "/api/v1/deviations/{filed}/parts/title/",
    "/api/v1/deviations/?state=finns-inte", "/api/v1/deviations/?cursor={filed}", "/api/v1/deviations/?size=200",
    "/api/v1/deviations/?accountable_body={group}", "/api/v1/deviations/?reporting_principal={karlskrona}",
    "/api/v1/deviations/export.csv?receiving_principal={region}", "/api/v1/changes/?after=1",
    "/arbetsbord/?organ={group_key}&vy=alla", "/arbetsbord/lista/?organ={group_key}", "/mina/?fore=999999999",
]  # fmt: skip
SEARCHES = [
    "/sok/?q={word}", "/sok/forslag/?q={word}", "/mina/?q={word}", "/arbetsbord/?q={word}",
    "/arbetsbord/lista/?q={word}", "/vem-ansvarar/?omrade={word}", "/hjalp/?q={word}",
    "/administration/roller/?q={word}",
    "/vagledande/?q={word}", "/api/v1/precedents/?q={word}",
    "/api/v1/deviations/?q={word}", "/api/v1/deviations/export.csv?q={word}",
    "/api/v1/deviations/export.json?q={word}",
]  # fmt: skip

# The directory of who there is, and nothing of what has happened: open by design.
SHOWS_UNIT_NAMES = {
    "/register/kontaktvagar/": "how each unit is reached is told to everyone who works in the county (B09)",
    "/api/v1/contact_routes/?county={blekinge}": "the same",
    "/api/v1/organisations/": "the directory is open to everyone who has logged in",
    "/api/v1/organisations/{elevhalsan}/": "the same, one of them",
    "/administration/roller/": "Ada answers for every unit of her county",
    "/administration/roller/organisation/{elevhalsan}/": "the same, one of them",
    "/administration/roller/body/{group}/": "a system that holds a role is listed there with its unit",
    "/api/v1/memberships/?body={group}": "the same",
    "/api/v1/memberships/?organisation={elevhalsan}": "the same",
}
SHOWS_NUMBERS = {
    "/administration/fastnat/": "that a deviation is stuck is told to the county's administrator by its number (B04)",
}

SHOWS_ITS_NUMBER = {"{helped_path}": "whoever holds the link in Anna's letter has read the number there already"}


@pytest.fixture(scope="module")
def secrets(world):
    """What must not be read, in small letters, by what it is."""
    rows = Deviation.objects.filter(county__slug="blekinge")
    return {
        "words": {MARKER.casefold()},
        "unit": {NAME_MARKER.casefold()},
        "ids": {str(row.public_id) for row in rows},
        "numbers": {row.reference for row in rows if row.number},
    }


def words_of(response):
    """What a person reads of it: of a document its text, not its bytes."""
    return words_in(response.body, response.headers.get("Content-Type", ""))


def words_in(data, kind):
    if kind == pdf.CONTENT_TYPE or data.startswith(b"%PDF-"):
        made = pypdf.PdfReader(io.BytesIO(data))
        of = [f"{name}: {value}" for name, value in (made.metadata or {}).items()]
        return "\n".join([*of, *(page.extract_text() for page in made.pages)])
    if data.startswith(b"PK\x03\x04"):
        return "\n".join(packed(data))
    picture = data.startswith((b"\x89PNG", b"\xff\xd8\xff"))  # what it says of itself is Latin-1
    return data.decode("latin-1" if picture else "utf-8")


def packed(data):
    """Of each file in it the name and the words: CSV, and the XML of Word and Excel. When it was made says nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            yield name
            yield WHEN_MADE.sub("…", words_in(file.read(name), ""))


def read(response, address):
    """All that came back, without the address that was asked for: whoever asks knows that already."""
    said = "\n".join([*(f"{name}: {value}" for name, value in response.headers.items()), words_of(response)])
    said = unescape(unquote(said))
    path, _question, query = unquote(address).partition("?")
    for own in (f"{path}?{query}", path, query):
        said = said.replace(own, "") if own else said
    return said.casefold()


def found_in(response, address, secrets):
    said = read(response, address)
    return {kind for kind, several in secrets.items() if any(secret in said for secret in several)}


def leaks(world, who, addresses, secrets):
    found = {}
    for written in addresses:
        address = world.fill(written)
        kinds = found_in(world.ask(who, "GET", address), address, secrets)
        kinds -= {"unit"} if written in SHOWS_UNIT_NAMES else set()
        kinds -= {"numbers"} if written in SHOWS_NUMBERS and who == "ada" else set()
        kinds -= {"numbers"} if written in SHOWS_ITS_NUMBER else set()
        if kinds:
            found[written] = kinds
    return found


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_reads_nothing_of_it_at_any_address(world, secrets, who):
    assert leaks(world, who, [*TABLE, *GUESSED], secrets) == {}


def zipped(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, said in files.items():
            file.writestr(name, said)
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        zipped(tal=MARKER),
        zipped(**{f"{MARKER}.csv": "1;2"}),
        zipped(inner=zipped(sheet1=f"<t>{MARKER}</t>")),
        zipped(image1=b"\x89PNG\xff" + MARKER.encode("latin-1")),
    ],
)
def test_a_word_is_found_however_it_is_packed(data):
    assert MARKER in words_in(data, "application/zip")


def test_bo_reads_it_where_he_should(world, secrets):
    expected = {
        "/": {"words", "unit", "numbers", "ids"},
        "/arbetsbord/": {"words", "unit", "numbers", "ids"},
        "/arbetsbord/lista/": {"words", "unit", "numbers", "ids"},
        "/sok/": {"words", "unit", "numbers", "ids"},
        "/avvikelse/{filed}/": {"words", "unit", "numbers", "ids"},
        "/avvikelse/{filed}/handlaggning/": {"words", "unit", "numbers", "ids"},
        "/api/v1/deviations/": {"words", "unit", "numbers", "ids"},
        "/api/v1/deviations/export.csv": {"words", "unit", "numbers", "ids"},
        "/api/v1/deviations/export.json": {"words", "unit", "numbers", "ids"},
        "/api/v1/deviations/{filed}/": {"words", "unit", "numbers", "ids"},
        "/api/v1/deviations/{filed}/notes/": {"words"},
        "/api/v1/changes/?after=0": {"ids"},
    }
    found = {address: found_in(world.ask("bo", "GET", world.fill(address)), "", secrets) for address in expected}
    assert found == expected


def test_bo_reads_nothing_of_the_other_county(world):
    theirs = world.rows.varmland
    secrets = {"words": {theirs.happened.casefold()}, "ids": {str(theirs.public_id)}}
    assert found_in(world.ask("cecilia", "GET", "/api/v1/deviations/"), "", secrets) == {"words", "ids"}
    assert leaks(world, "bo", [*TABLE, *GUESSED], secrets) == {}


def test_the_reporters_name_and_reference_stay_at_home(world):
    """Everyone who sees the deviation, and is not of Anna's unit."""
    secrets = {"reporter": {"anna andersson", "anna@example.se"}, "reference": {f"{MARKER}-17".casefold()}}
    addresses = [address for address in TABLE if not address.startswith(("/administration/", "/api/v1/memberships/"))]
    for who in ("bo", "berit", "ines", "handle", "answer"):
        assert (who, leaks(world, who, addresses, secrets)) == (who, {})
    at_home = world.ask("maria", "GET", world.fill("/avvikelse/{filed}/"))
    assert found_in(at_home, "", secrets) == {"reporter", "reference"}


def test_a_systems_token_reads_nothing_outside_its_scope(world, secrets):
    """But the name of its own unit."""
    of_deviations = {kind: several for kind, several in secrets.items() if kind != "unit"}
    for who in ("members", "reports", "file", "expired", "revoked"):
        assert (who, leaks(world, who, [*TABLE, *GUESSED], of_deviations)) == (who, {})
    listed = world.ask("read", "GET", "/api/v1/deviations/")
    assert found_in(listed, "", secrets) == {"words", "unit", "numbers", "ids"}


MOVES_WITH_EVERYONE = {
    "/api/v1/changes/": "a position in the outbox that all counties share; it says that something happened somewhere",
    "/api/v1/changes/?after=0": "the same",
    "/komponenter/": "its examples show the time of day; it reads no deviation",
    "/nyheter/": "its button carries that position: what one has read so far",
    "/anmal/utan-nat/nyckel/": "a key for the log-in, another each time; it reads no deviation",
}
# How much lies with a body, and how many still rest on what has run out, is told to those who see to that somebody
# receives (B04, E02): a number only, and none when it is small among agreements.
COUNTED_FOR_ADA = ("/organ/{blekinge}/", "/register/", "/api/v1/agreements/states/")
TIME_OF_DAY = re.compile(r"\d\d[.:]\d\d(:\d\d(\.\d+)?)?")  # numbers of today say when they were counted


@pytest.mark.parametrize("who", STRANGERS)
def test_nothing_that_a_stranger_reads_changes_when_more_is_filed(world, who):
    """No count, no order, no page and no figure."""
    counted = COUNTED_FOR_ADA if who == "ada" else ()
    addresses = [a for a in TABLE if a not in MOVES_WITH_EVERYONE and not a.startswith(counted)]

    def answers():
        world.asked.clear()
        answers = {address: answer_to(world, who, world.fill(address)) for address in addresses}
        return {address: (status, TIME_OF_DAY.sub("…", body)) for address, (status, body) in answers.items()}

    with clock.at(clock.now()):  # "for a minute ago" says how long the test has taken
        for address in addresses:
            if address.startswith(("/avvikelse/", "/rapporter/")):
                world.ask(who, "GET", world.fill(address))  # what one opens is no longer new to oneself
        before = answers()
        with transaction.atomic():
            for _n in range(2):
                file(filing("blekinge", "1080-elevhalsan", "rb-bup", age=14, happened=MARKER), by=world.users["anna"])
            after = answers()
            transaction.set_rollback(True)
    world.asked.clear()
    assert [address for address in addresses if before[address] != after[address]] == []


# ── searching and filtering ──────────────────────────────────────────────────────────────────────────────────────────
def answer_to(world, who, address, asked_for="…"):
    """Without the word asked for, which a page repeats, and without what differs from one answer to the next."""
    response = world.ask(who, "GET", address)
    body = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w{64}"', r"\1", words_of(response))
    return outcome(response), body.replace(str(asked_for), "…").replace(str(asked_for).casefold(), "…")


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_searching_for_it_is_answered_as_for_an_unknown_word(world, who, search):
    filed = world.rows.filed
    for known, unknown in ((MARKER, UNKNOWN_WORD), (filed.reference, f"{filed.year}-9999")):
        there = answer_to(world, who, search.format(word=known), known)
        nowhere = answer_to(world, who, search.format(word=unknown), unknown)
        assert there == nowhere


@pytest.mark.parametrize("search", ["/sok/?q={word}", "/arbetsbord/?q={word}", "/api/v1/deviations/?q={word}"])
def test_bo_searching_for_it_finds_it(world, search):
    there = answer_to(world, "bo", search.format(word=MARKER), MARKER)
    assert there != answer_to(world, "bo", search.format(word=UNKNOWN_WORD), UNKNOWN_WORD)


FILTERS = [
    # asked by    address                                               of another county     unknown
    *(
        (who, f"/api/v1/deviations/{export}?{name}={{id}}", body, NOWHERE["number"])
        for export in ("", "export.csv", "export.json")
        for who, name, body in (
            ("cecilia", "accountable_body", "{group}"),
            ("cecilia", "reporting_principal", "{karlskrona}"),
            ("cecilia", "receiving_principal", "{region}"),
            ("sune", "accountable_body", "{group}"),
            ("disa", "accountable_body", "{group}"),
            ("bo", "accountable_body", "{barnalivet}"),
            ("bo", "receiving_principal", "{varmlands_region}"),
        )
    ),
    ("cecilia", "/arbetsbord/?organ={id}", "{group_key}", NOWHERE["body"]),
    ("disa", "/arbetsbord/?organ={id}", "{group_key}", NOWHERE["body"]),
    ("bo", "/arbetsbord/lista/?organ={id}", "{barnalivet_key}", NOWHERE["body"]),
    ("cecilia", "/arbetsbord/?kommun={id}", "1080", "9999"),
    ("cecilia", "/mina/?fore={id}", "{undone}", NOWHERE["number"]),
]


@pytest.mark.parametrize(("who", "address", "known", "unknown"), FILTERS)
def test_filtering_by_what_is_another_countys_is_answered_as_filtering_by_what_is_unknown(
    world, who, address, known, unknown
):
    known = world.fill(known)
    there = answer_to(world, who, address.replace("{id}", known), f"={known}")
    assert there == answer_to(world, who, address.replace("{id}", str(unknown)), f"={unknown}")


def test_bo_filtering_by_his_own_body_finds_it(world):
    there = world.ask("bo", "GET", world.fill("/api/v1/deviations/?accountable_body={group}")).json()
    assert there["count"] == Deviation.objects.submitted().filter(accountable_body__key="sg_barn_unga").count() > 5


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
WRITES = re.compile(r'^\s*(?:INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)

ALWAYS_ALLOWED = {
    "django_session": "a message that has been shown is taken out of the session",
    "deviations_accesslogentry": "who reads a part that points at a person is written down",
}
COPIED = "allauth copies the account's address to its own table the first time it looks"
OPENED = "the author sees when a board's copy was opened first"
MAY_WRITE = {
    ("", "deviations_reportcopy"): f"home of those who only read reports is the newest one: {OPENED}",
    ("api/v1/reports/<uuid:public_id>/", "deviations_reportcopy"): OPENED,
    ("api/v1/reports/<uuid:public_id>/files/<slug:format_key>/", "deviations_reportcopy"): OPENED,
    ("avvikelse/<uuid:public_id>/", "deviations_newsmark"): "what one opens is no longer new to oneself",
    ("rapporter/<uuid:public_id>/", "deviations_reportcopy"): OPENED,
    ("rapporter/<uuid:public_id>/fil/<slug:format>/", "deviations_reportcopy"): OPENED,
    ("rapporter/<uuid:public_id>/i-korthet/", "deviations_reportcopy"): OPENED,
    ("rapporter/i-korthet/", "deviations_reportcopy"): OPENED,
    ("api/v1/deviations/<uuid:public_id>/", "deviations_delivery"): "somebody at the body has opened it",
    ("konto/email/", "account_emailaddress"): COPIED,
    ("konto/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "account_emailaddress"): COPIED,
}


USED_TODAY = 'UPDATE "api_organisationtoken" SET "last_used_on" = %s WHERE "api_organisationtoken"."id" = %s'


@contextmanager
def writes_noted():
    """The tables written in; not the day of a token's last use, which the first call of a day keeps."""
    noted = set()

    def note(execute, sql, params, many, context):
        if sql != USED_TODAY and (found := WRITES.match(sql)):
            noted.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield noted


def test_no_get_writes_but_those_that_are_listed_with_their_reason(world):
    found = set()
    for row in ALL:
        if row.method != "GET":
            continue
        address = world.fill(row.address)
        for who in [who for who, answer in row.expected.items() if answer not in {"401", "403", "404", "login"}]:
            with writes_noted() as noted:
                world.ask_now(who, "GET", address)
            found |= {(route_of(world, row.address), table) for table in noted - set(ALWAYS_ALLOWED)}
    assert sorted(found) == sorted(MAY_WRITE)


LOGGED = {"avvikelse/<uuid:public_id>/", "api/v1/deviations/<uuid:public_id>/parts/<str:part>/"}


def test_what_only_the_head_is_asked_of_counts_as_opened_by_nobody(world):
    writing = {route for route, _table in MAY_WRITE} | LOGGED
    found = set()
    for row in [row for row in ALL if row.method == "GET" and route_of(world, row.address) in writing]:
        for who in [who for who, answer in row.expected.items() if answer == "200"]:
            with writes_noted() as noted:
                world.ask_now(who, "HEAD", world.fill(row.address))
            found |= {(route_of(world, row.address), table) for table in noted}
    assert found == {key for key, reason in MAY_WRITE.items() if reason == COPIED}


def test_of_a_token_only_the_day_of_its_use_is_not_noted(world):
    OrganisationToken.objects.update(last_used_on=None)
    token = OrganisationToken.objects.first()
    with writes_noted() as noted:
        token.last_used_on = clock.today()
        token.save(update_fields=["last_used_on"])
    assert noted == set()
    with writes_noted() as noted:
        token.save()
    assert noted == {"api_organisationtoken"}


def test_a_write_is_noted(world):
    with writes_noted() as noted:
        world.ask_now("bo", "POST", world.fill("/avvikelse/{filed}/note/"), {"text": "Känt sedan tidigare."})
    assert "deviations_note" in noted
