"""Every message that a socket takes or sends, for everyone: the table beside this file, and nothing missing from it."""

import ast
import inspect
import json
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from deploy.asgi import application
from deviations import live, presence
from deviations.models import Deviation, Looking, Meeting
from deviations.services import agenda, handling
from frontend import consumers, sockets
from orgs.live import send_to_person
from orgs.models import User
from orgs.permissions import keys_of
from tests.permissions import world as worlds
from tests.permissions.table import HERE

SOON, NOTHING = 5.0, 0.1


def read_table():
    """(what is done, to what) -> the expected word for each person; and the words of the protocol it is about."""
    lines, words, who = {}, {}, []
    for line in (HERE / "sockets.txt").read_text(encoding="utf-8").splitlines():
        row, *about = line.split(" | ")
        cells = row.split()
        if not cells or cells[0] == "#":
            continue
        if cells[0] == "who":
            who = cells[1:]
            continue
        at = 2 if cells[1].startswith("{") else 1
        lines[tuple(cells[:at])] = dict(zip(who, cells[at:], strict=True))
        for part in about:
            direction, _colon, several = part.partition(":")
            words.setdefault(direction, set()).update(several.split())
    return lines, words


LINES, WORDS = read_table()


# ── nothing is missing ───────────────────────────────────────────────────────────────────────────────────────────────
def code_of(module):
    return ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))


def sent_by(module):
    """The names in every message that is written out as a dict where it is sent."""
    calls = [node for node in ast.walk(code_of(module)) if isinstance(node, ast.Call)]
    sends = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "send_json"]
    written = [call.args[0] for call in sends if isinstance(call.args[0], ast.Dict)]
    assert len(written) == len(sends), "a message that the table cannot be held against"
    return {key.value for message in written for key in message.keys}


def cases_of(module):
    """Every kind of message from the channel layer that is told apart."""
    cases = [node.pattern for node in ast.walk(code_of(module)) if isinstance(node, ast.match_case)]
    return {pattern.value.value for pattern in cases}


def test_there_is_one_socket():
    assert [str(route.pattern) for route in sockets.websocket_urlpatterns] == ["live/"]


def test_every_message_to_the_server_is_in_the_table():
    assert set(consumers.Resume.model_fields) == WORDS["to"]


def test_every_message_from_the_server_is_in_the_table():
    passed_on = set(live.message_of(Deviation(), position=1)) - {"type"}
    assert sent_by(consumers) | passed_on == WORDS["from"]


def test_every_message_of_the_channel_layer_is_in_the_table():
    assert cases_of(consumers) == WORDS["layer"]


def test_every_way_in_which_the_server_closes_is_in_the_table():
    codes = {n.value for n in ast.walk(code_of(consumers)) if isinstance(n, ast.Constant) and type(n.value) is int}
    assert {str(code) for code in codes if 4000 <= code < 5000} == WORDS["closed"]


def test_every_line_answers_for_the_whole_cast():
    assert {tuple(expected) for expected in LINES.values()} == {("anonymous", *worlds.PEOPLE)}


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Socket:
    """One browser tab's end of the line."""

    def __init__(self, client, patience):
        self.patience = patience
        self.session = client.cookies["sessionid"].value if "sessionid" in client.cookies else ""
        headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
        headers.append((b"cookie", f"sessionid={self.session}".encode()))
        scope = {"type": "websocket", "path": "/live/", "query_string": b"", "headers": headers, "subprotocols": []}
        self.line = ApplicationCommunicator(application, scope)

    async def connects(self):
        await self.line.send_input({"type": "websocket.connect"})
        assert (await self.line.receive_output(timeout=SOON))["type"] == "websocket.accept"

    async def says(self, **message):
        await self.line.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def hears(self, about=None):
        """The first thing said, or the first about that deviation before the answer ends; "-" for nothing."""
        return await self.hears_within(self.patience, about)

    async def hears_within(self, seconds, about=None):
        while not await self.line.receive_nothing(timeout=seconds, interval=0.01):
            message = await self.line.receive_output(timeout=SOON)
            if message["type"] == "websocket.close":
                return str(message["code"])
            said = json.loads(message["text"])
            word = next(iter(said))
            if about is None or word in {"position", "reload"} or said[word] == about:
                return word
        return "-"

    async def hears_until_closed(self):
        while (word := await self.hears()) in {"position", "reload"}:
            pass
        return word


class Doings:
    """What the lines of the table are called, done with one person's open socket. `it` is a public id."""

    def __init__(self, world, user, socket):
        self.world, self.user, self.socket = world, user, socket

    async def connect(self, it):
        return await self.socket.hears()

    async def resume_from_now(self, it):
        await self.socket.says(resume=None)
        return await self.socket.hears()

    async def resume_from_start(self, it):
        await self.socket.says(resume=0)
        return await self.socket.hears(about=it)

    async def watch(self, it):
        await self.socket.says(resume=None, watching={it: 0})
        return await self.socket.hears(about=it)

    async def watch_meeting(self, it):
        await self.socket.says(resume=None, watching={}, meetings={it: 0})
        return await self.socket.hears(about=it)

    async def meeting_changes(self, it):
        await self.listening()
        await sync_to_async(self.add_point)(it)
        return await self.socket.hears()

    def add_point(self, it):
        agenda.add_item(Meeting.objects.get(public_id=it), title="Ny punkt", by=self.world.users["bo"])

    async def listening(self):
        """Until the first answer has come, nobody knows yet that there is a socket to tell."""
        await self.socket.says(resume=None)
        assert await self.socket.hears_within(SOON) == "position"

    async def step(self, it):
        await self.listening()
        await sync_to_async(self.note)(it)
        return await self.socket.hears()

    def note(self, it):
        deviation = Deviation.objects.get(public_id=it)
        handler = "cecilia" if deviation == self.world.rows.varmland else "bo"
        handling.note(deviation, text="Känt sedan tidigare.", by=self.world.users[handler])

    async def rights_changed(self, it):
        await self.listening()
        await sync_to_async(send_to_person)(self.user.pk, {"type": "rights.changed"})
        return await self.socket.hears()

    async def lists_changed(self, it):
        await self.listening()
        await sync_to_async(send_to_person)(self.user.pk, {"type": "lists.changed"})
        return await self.socket.hears()

    async def look(self, it):
        """A colleague opens it while the person has it open too."""
        await self.socket.says(resume=None, watching={it: 10_000})
        while await self.socket.hears_within(SOON) != "position":
            pass
        await sync_to_async(self.colleague_looks)(it)
        return await self.socket.hears()

    def colleague_looks(self, it):
        Looking.objects.all().delete()
        colleague = User.objects.get(pk=self.world.colleague_id)
        deviation = Deviation.objects.visible_to(colleague).get(public_id=it)
        presence.look(deviation, by=colleague, keys=keys_of(colleague))

    async def unreadable(self, it):
        await self.socket.says(more=1)
        return await self.socket.hears()

    async def too_many(self, it):
        for _n in range(2 * consumers.MESSAGES):
            await self.socket.says(resume=None)
        return await self.socket.hears_until_closed()

    async def logged_out(self, it):
        await Session.objects.filter(pk=self.socket.session).adelete()
        await self.socket.says(resume=None)
        return await self.socket.hears()


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture(autouse=True)
async def nothing_left_open():
    """The threads that read let go of their connections, so that the test database can be dropped."""
    yield
    await sync_to_async(connections.close_all)()


def logged_in(user):
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


async def what_is_heard(world, who, doing, it, patience):
    user = world.users.get(who)
    socket = Socket(await sync_to_async(logged_in)(user), patience)
    await socket.connects()
    if user is None:
        return await socket.hears()  # has nothing to do here
    heard = await getattr(Doings(world, user, socket), doing.replace("-", "_"))(it)
    await socket.line.send_input({"type": "websocket.disconnect", "code": 1001})
    await socket.line.wait(timeout=SOON)
    return heard


@pytest.mark.django_db(transaction=True)
async def test_everyone_is_told_what_the_table_says(world, monkeypatch):
    monkeypatch.setattr(live, "_settled", None)  # what a process knows of the outbox dies with it; this is a new one
    monkeypatch.setattr(live, "_under_way", None)
    for (doing, *named), expected in LINES.items():
        it = world.fill(named[0]) if named else None
        heard = {}
        for who, word in expected.items():
            heard[who] = await what_is_heard(world, who, doing, it, NOTHING if word == "-" else SOON)
        assert (doing, named, heard) == (doing, named, expected)
