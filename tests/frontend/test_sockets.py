"""A person's socket: who hears what, what a dropped line gets afterwards, and when it is closed."""

import json
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from deploy.asgi import application
from deviations import live
from deviations.models import Invitation
from deviations.services.filing import file
from deviations.services.handling import end_invitation, invite, receive, score
from frontend import consumers
from orgs.models import BodyMembership, User
from orgs.permissions import end, grant
from tests.cast import body

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 2.0
NOTHING = 0.15


@sync_to_async
def logged_in(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class Socket:
    """One browser tab's end of the line."""

    def __init__(self, client=None, origin="http://localhost"):
        cookies = client.cookies if client else {}
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        headers = [(b"host", b"localhost"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
        scope = {"type": "websocket", "path": "/live/", "query_string": b"", "headers": headers, "subprotocols": []}
        self.line = ApplicationCommunicator(application, scope)

    async def connect(self):
        """The server's answer: accepted, or closed."""
        await self.line.send_input({"type": "websocket.connect"})
        return (await self.line.receive_output(timeout=SOON))["type"]

    async def disconnect(self):
        await self.line.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.line.wait(timeout=SOON)

    async def hears(self, within=SOON):
        message = await self.line.receive_output(timeout=within)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def hears_nothing(self):
        return await self.line.receive_nothing(timeout=NOTHING, interval=0.02)

    async def closed_with(self):
        message = await self.line.receive_output(timeout=SOON)
        assert message["type"] == "websocket.close", message
        assert await self.hears_nothing()
        return message["code"]

    async def sends(self, **message):
        await self.line.send_input({"type": "websocket.receive", **message})

    async def says(self, **message):
        await self.sends(text=json.dumps(message))

    async def resumes(self, position=None, **watching):
        """Everything the answer says, and the position it ends with."""
        await self.says(resume=position, **watching)
        heard = []
        while "position" not in (message := await self.hears()) or "deviation" in message:
            heard.append(message)
        return heard, message["position"]


@asynccontextmanager
async def listening(person, client=None):
    socket = Socket(client or await logged_in(person))
    assert await socket.connect() == "websocket.accept"
    await socket.resumes()
    yield socket
    await socket.disconnect()


def ids(heard):
    return [(message["deviation"], message["sequence"]) for message in heard]


@pytest.fixture(autouse=True)
async def nothing_left_open():
    """The thread that ran the services lets go of its connection, so that the test database can be dropped."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture(autouse=True)
def new_process(monkeypatch):
    """What a process knows of the outbox dies with it; each test is one."""
    monkeypatch.setattr(live, "_settled", None)
    monkeypatch.setattr(live, "_under_way", None)


# ── who hears ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_accountable_body_and_the_reporter_hear_of_a_filing(anna, bo, filing):
    async with listening(anna) as annas, listening(bo) as bos:
        deviation = await sync_to_async(file)(filing(), by=anna)
        entry = await deviation.history.aget()
        expected = {"deviation": str(deviation.public_id), "sequence": 1, "position": entry.pk}
        assert await bos.hears() == expected
        assert await annas.hears() == expected


async def test_a_stranger_and_one_whose_membership_has_ended_hear_nothing(anna, bo, cecilia, disa, filing):
    async with listening(cecilia) as cecilias, listening(disa) as disas, listening(bo) as bos:
        deviation = await sync_to_async(file)(filing(), by=anna)
        await sync_to_async(receive)(deviation, by=bo)
        assert [(await bos.hears())["sequence"], (await bos.hears())["sequence"]] == [1, 2]
        assert await cecilias.hears_nothing()
        assert await disas.hears_nothing()
        assert (await cecilias.resumes(0))[0] == []
        assert (await disas.resumes(0))[0] == []


async def test_a_stranger_learns_nothing_by_watching_a_guessed_id(cecilia, filed):
    async with listening(cecilia) as socket:
        heard, _position = await socket.resumes(0, watching={str(filed.public_id): 0})
        assert heard == [{"revoked": str(filed.public_id)}]
        unknown = "00000000-0000-4000-8000-000000000000"
        heard, _position = await socket.resumes(0, watching={unknown: 0})
        assert heard == [{"revoked": unknown}]


async def test_every_open_tab_of_a_person_hears(anna, bo, filing):
    async with listening(bo) as first, listening(bo) as second:
        await sync_to_async(file)(filing(), by=anna)
        assert await first.hears() == await second.hears()


async def test_a_change_that_is_rolled_back_is_never_heard_of(anna, bo, filed):
    async with listening(bo) as bos:
        with pytest.raises(ZeroDivisionError):
            await sync_to_async(receive_and_fail)(filed, bo)
        assert await bos.hears_nothing()


def receive_and_fail(deviation, by):
    with transaction.atomic():
        receive(deviation, by=by)
        raise ZeroDivisionError


# ── what was missed ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_who_was_away_gets_the_newest_of_each_deviation(anna, bo, filing):
    async with listening(bo) as bos:
        _heard, position = await bos.resumes()
    first = await sync_to_async(file)(filing(), by=anna)
    second = await sync_to_async(file)(filing(), by=anna)
    await sync_to_async(receive)(first, by=bo)
    async with listening(bo) as bos:
        heard, position = await bos.resumes(position)
        assert ids(heard) == [(str(second.public_id), 1), (str(first.public_id), 2)]
        assert (await bos.resumes(position))[0] == []


async def test_a_message_that_was_never_sent_comes_with_the_next_heartbeat(anna, bo, filing, monkeypatch):
    async with listening(bo) as bos:
        _heard, position = await bos.resumes()
        with monkeypatch.context() as dying:
            dying.setattr(live, "send_to_people", lambda *_: None)
            deviation = await sync_to_async(file)(filing(), by=anna)
        assert await bos.hears_nothing()
        heard, position = await bos.resumes(position)
        assert ids(heard) == [(str(deviation.public_id), 1)]
        assert (await bos.resumes(position))[0] == []


async def test_a_heartbeat_does_not_repeat_what_was_heard(anna, bo, filing):
    async with listening(bo) as bos:
        _heard, position = await bos.resumes()
        await sync_to_async(file)(filing(), by=anna)
        await bos.hears()
        assert (await bos.resumes(position))[0] == []


async def test_a_page_made_before_the_change_is_told_of_it(bo, filed):
    async with listening(bo) as bos:
        await sync_to_async(receive)(filed, by=bo)
        await bos.hears()
    async with listening(bo) as bos:
        heard, _position = await bos.resumes(None, watching={str(filed.public_id): 1})
        assert ids(heard) == [(str(filed.public_id), 2)]
        assert (await bos.resumes(None, watching={str(filed.public_id): 2}))[0] == []


async def test_too_much_missed_asks_for_everything_again(anna, bo, filing, monkeypatch):
    monkeypatch.setattr(live, "MISSED_LIMIT", 2)
    for _n in range(3):
        await sync_to_async(file)(filing(), by=anna)
    async with listening(bo) as bos:
        assert (await bos.resumes(0))[0] == [{"reload": True}]


async def test_a_position_ahead_of_the_outbox_asks_for_everything_again(bo, filed):
    async with listening(bo) as bos:
        _heard, position = await bos.resumes()
        assert await bos.resumes(position + 1_000) == ([{"reload": True}], position)


# ── when a right ends ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_ended_membership_ends_the_messages_and_the_page(anna, bo, filed, filing):
    other = await sync_to_async(User.objects.create_user)("eva@example.se", name="Eva")
    group = await sync_to_async(body)("blekinge", "sg_barn_unga")
    membership = await sync_to_async(grant)(other, "member", group, by=None)
    async with listening(other) as socket, listening(bo) as bos:
        await socket.resumes(None, watching={str(filed.public_id): 1})
        await sync_to_async(end)(membership, by=bo)
        assert await socket.hears() == {"revoked": str(filed.public_id)}
        assert await socket.hears() == {"reload": True}
        await sync_to_async(file)(filing(), by=anna)
        await bos.hears()
        assert await socket.hears_nothing()


async def test_an_invitation_opens_one_deviation_until_it_ends(bo, berit, cecilia, filed):
    await sync_to_async(receive)(filed, by=bo)
    async with listening(cecilia) as socket:
        await sync_to_async(invite)(filed, user=cecilia, reason="Känner till rutinen i Värmland.", by=bo)
        assert ids([await socket.hears()]) == [(str(filed.public_id), 3)]
        await socket.resumes(None, watching={str(filed.public_id): 3})
        invitation = await Invitation.objects.select_related("deviation").aget()
        await sync_to_async(end_invitation)(invitation, by=bo)
        assert await socket.hears() == {"revoked": str(filed.public_id)}
        assert await socket.hears() == {"reload": True}
        await sync_to_async(score)(filed, severity=2, likelihood=2, by=bo)
        assert await socket.hears_nothing()


async def test_a_right_that_ends_by_its_date_is_noticed_within_a_minute(bo, filed):
    async with listening(bo) as bos:
        await bos.resumes(None, watching={str(filed.public_id): 1})
        await BodyMembership.objects.filter(user=bo).aupdate(valid_until="2020-01-01")
        heard = []
        for _heartbeat in range(consumers.RECHECK_EVERY):
            heard += (await bos.resumes(0))[0]
        assert heard == [{"revoked": str(filed.public_id)}]


async def test_logging_out_closes_the_sockets_of_that_log_in_only(bo):
    client = await logged_in(bo)
    here, elsewhere = Socket(client), Socket(await logged_in(bo))
    for socket in (here, elsewhere):
        await socket.connect()
        await socket.resumes()
    await sync_to_async(client.post)(reverse("account_logout"))
    assert await here.closed_with() == 4403
    assert await elsewhere.hears() == {"reload": True}
    assert await elsewhere.hears_nothing()


async def test_a_heartbeat_after_the_session_has_expired_closes_with_nothing_more_sent(bo, filed):
    client = await logged_in(bo)
    async with listening(bo, client) as bos:
        await sync_to_async(expire)(client)
        await bos.says(resume=0)
        assert await bos.closed_with() == 4403


def expire(client):
    Session.objects.filter(pk=client.cookies["sessionid"].value).update(expire_date="2020-01-01 00:00:00+00:00")


async def test_a_closed_account_or_a_new_password_closes_the_socket(bo, berit, filed):
    for person, change in ((bo, {"is_active": False}), (berit, {"password": "another"})):
        async with listening(person) as socket:
            await User.objects.filter(pk=person.pk).aupdate(**change)
            await socket.says(resume=0)
            assert await socket.closed_with() == 4403


# ── who may connect, and how ─────────────────────────────────────────────────────────────────────────────────────────
async def test_nobody_is_closed_with_4401(db):
    socket = Socket()
    await socket.connect()
    assert await socket.closed_with() == 4401


async def test_another_site_is_refused(bo):
    socket = Socket(await logged_in(bo), origin="https://annan.example")
    assert await socket.connect() == "websocket.close"


NOT_UNDERSTOOD = [
    "", "{", "[]", "null", "1", '{"resume": "1"}', '{"resume": -1}', '{"resume": 1.5}', '{"watching": {}}',
    '{"resume": 1, "watching": {"inget id": 1}}', '{"resume": 1, "more": 1}', "x" * 70_000,
    '{"resume": null, "watching": [1]}', "[" * 50_000,
    json.dumps({"resume": 0, "watching": {f"00000000-0000-4000-8000-{n:012}": 0 for n in range(1001)}}),
]  # fmt: skip


async def test_what_is_not_understood_closes_with_4400(bo):
    client = await logged_in(bo)
    for message in [*({"text": text} for text in NOT_UNDERSTOOD), {"bytes": b"\xff\xfe"}]:
        async with listening(bo, client) as bos:
            await bos.sends(**message)
            assert (await bos.closed_with(), message) == (4400, message)


async def test_too_many_messages_close_with_4429(bo):
    async with listening(bo) as bos:
        for _n in range(2 * consumers.MESSAGES):
            await bos.says(resume=None)
        answers = 0
        while (message := await bos.line.receive_output(timeout=SOON))["type"] == "websocket.send":
            answers += 1
        assert message == {"type": "websocket.close", "code": 4429}
        assert answers >= consumers.MESSAGES - 1


async def test_a_heartbeat_with_nothing_new_costs_three_look_ups(bo, filed, django_assert_num_queries):
    client = await logged_in(bo)
    key = client.cookies["sessionid"].value
    newest = (await sync_to_async(live.missed_since)(bo, None)).position

    def heartbeat():
        with django_assert_num_queries(3):  # the session, the account, the outbox
            consumers._read(key, bo.pk, newest, None)

    await sync_to_async(heartbeat)()
