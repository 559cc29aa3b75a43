"""A person's socket: which deviations and meetings changed, never what. `frontend/js/live.js` is the other end.

To the server   {"resume": position or null, "watching": {public id: sequence shown}}   watching only when it changed
                {"meetings": {public id: sequence shown}}   beside "watching"
From it         {"deviation": public id, "sequence": n, "position": p}   one that the person could see when it changed
                {"meeting": public id, "sequence": n}   a meeting of a body where the person reads
                {"revoked": public id}   a watched one that the person may no longer see
                {"looking": public id}   who has this watched one open has changed: ask who
                {"reload": true}         too much was missed, or the rights or a list changed: ask for every list again
                {"position": p}          the answer to "resume" is complete; resume from here next time
Closed with     4400 not understood · 4401 not logged in · 4403 no longer logged in · 4429 too many messages
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from deviations import live
from frontend.switchboard import Inbox, switchboard
from orgs.models import User

NOT_UNDERSTOOD, NOT_LOGGED_IN, LOGGED_OUT, TOO_MANY = 4400, 4401, 4403, 4429

LONGEST_MESSAGE = 64 * 1024  # characters: a thousand watched deviations
MESSAGES, PER_SECONDS = 30, 10.0
SECONDS_TO_TAKE = 10.0  # how long a client may leave a message untaken before it has to connect anew
REMEMBERED = 2_000  # deviations whose last sent sequence is kept, so that a heartbeat repeats nothing
RECHECK_EVERY = 3  # heartbeats: a right may also end by its date, which nothing announces


Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Closed(Exception):
    """The socket was closed by this side."""


class Resume(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    resume: NonNegativeInt | None
    watching: dict[str, NonNegativeInt] | None = Field(default=None, max_length=1_000)
    meetings: dict[str, NonNegativeInt] = Field(default={}, max_length=20)

    def watched(self) -> dict[str, int] | None:
        """Keys as the database writes them. Raises ValueError for what is no id."""
        return None if self.watching is None else _by_id(self.watching)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look into the database says; read in a thread, sent afterwards."""

    missed: live.Missed
    visible: Mapping[str, int] | None  # of the watched ones; None when they were not asked for
    meetings: Mapping[str, int] | None  # likewise


async def live_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application behind /live/."""
    await LiveSocket(scope, receive, send).run()


class LiveSocket:
    """One open page of one person. Reads and writes at the same time: each message stands by itself."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.user_id: int | None = None
        self.watching: dict[str, int] = {}
        self.meetings: dict[str, int] = {}
        self.sent: OrderedDict[str, int] = OrderedDict()
        self.heartbeats = 0
        self.allowance = float(MESSAGES)
        self.last_message = time.monotonic()

    async def run(self) -> None:
        """Until either side closes."""
        await self.receive()  # websocket.connect
        # Accepted first: a browser is told nothing about a refusal before that, and would try for ever.
        await self.send({"type": "websocket.accept"})
        user = self.scope["user"]
        if not user.is_authenticated or not user.is_active:
            await self.send({"type": "websocket.close", "code": NOT_LOGGED_IN})
            return
        self.user_id = user.pk
        async with switchboard().inbox_of(user.pk) as inbox:
            both = [asyncio.create_task(self.listen_to_client()), asyncio.create_task(self.listen_to_house(inbox))]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
                ends = await asyncio.gather(*both, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, Closed | asyncio.CancelledError | OSError):
                raise end

    async def listen_to_client(self) -> None:
        while (message := await self.receive())["type"] == "websocket.receive":
            await self.heard(message.get("text") or "")

    async def listen_to_house(self, inbox: Inbox) -> None:
        while True:
            message, text = await inbox.get()
            match message["type"]:
                case "deviation.changed":
                    self.remember(message["deviation"], message["sequence"])
                    await self.send_text(text)
                case "meeting.changed":
                    if message["meeting"] in self.meetings:
                        self.meetings[message["meeting"]] = message["sequence"]
                    await self.send_text(text)
                case "rights.changed":
                    # A role or an invitation was given or taken, or the person logged out somewhere.
                    await self.answer(None, recheck=True, rights_changed=True)
                case "looking.changed":
                    if message["looking"] in self.watching:
                        await self.send_json({"looking": message["looking"]})
                case "lists.changed":
                    await self.send_json({"reload": True})

    async def heard(self, text: str) -> None:
        if not self.within_allowance():
            await self.close(TOO_MANY)
        try:
            if len(text) > LONGEST_MESSAGE:
                raise ValueError("too long")
            asked = Resume.model_validate_json(text)
            watched, meetings = asked.watched(), _by_id(asked.meetings)
        except ValueError:  # pydantic's is one too
            await self.close(NOT_UNDERSTOOD)
        self.heartbeats += 1
        if watched is not None:
            self.watching, self.meetings = watched, meetings
        recheck = watched is not None or self.heartbeats % RECHECK_EVERY == 0
        await self.answer(asked.resume, recheck=recheck)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def answer(self, position: int | None, *, recheck: bool, rights_changed: bool = False) -> None:
        watched = dict(self.watching) if recheck else None
        meetings = dict(self.meetings) if recheck else None
        reading = await database_sync_to_async(_read, thread_sensitive=False)(
            self.scope["session"].session_key, self.user_id, position, watched, meetings
        )
        if reading is None:
            await self.close(LOGGED_OUT)
        if watched is not None and reading.visible is not None:
            await self.tell_watched(watched, reading.visible)
        if meetings and reading.meetings is not None:
            await self.tell_meetings(meetings, reading.meetings)
        for change in reading.missed.changes:
            if self.sent.get(change.deviation, -1) < change.sequence:
                await self.send_change(change)
        if reading.missed.too_many or rights_changed:
            await self.send_json({"reload": True})
        if not rights_changed:
            await self.send_json({"position": reading.missed.position})

    async def tell_watched(self, watched: Mapping[str, int], visible: Mapping[str, int]) -> None:
        """What changed since the page was made, and what the page must no longer show."""
        for public_id in [public_id for public_id in watched if public_id not in visible]:
            self.watching.pop(public_id, None)
            await self.send_json({"revoked": public_id})
        for public_id, sequence in visible.items():
            if max(watched[public_id], self.sent.get(public_id, -1)) < sequence:
                await self.send_change(live.Change(0, public_id, sequence))

    async def tell_meetings(self, watched: Mapping[str, int], visible: Mapping[str, int]) -> None:
        """As for deviations. What the page shows is told by it each time, so nothing has to be remembered here."""
        for public_id, shown in watched.items():
            if public_id not in visible:
                self.meetings.pop(public_id, None)
                await self.send_json({"revoked": public_id})
            elif shown < visible[public_id]:
                self.meetings[public_id] = visible[public_id]
                await self.send_json({"meeting": public_id, "sequence": visible[public_id]})

    async def send_change(self, change: live.Change) -> None:
        self.remember(change.deviation, change.sequence)
        await self.send_json({"deviation": change.deviation, "sequence": change.sequence, "position": change.position})

    def remember(self, deviation: str, sequence: int) -> None:
        self.sent[deviation] = max(sequence, self.sent.pop(deviation, 0))
        if len(self.sent) > REMEMBERED:
            self.sent.popitem(last=False)

    async def send_json(self, content: dict[str, Any]) -> None:
        await self.send_text(json.dumps(content))

    async def send_text(self, text: str) -> None:
        if self.user_id is None:  # closed meanwhile by the other half
            raise Closed
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await self.send({"type": "websocket.send", "text": text})
        except TimeoutError:  # nor would a closing message be taken; the client connects anew and resumes
            raise Closed from None

    async def close(self, code: int) -> NoReturn:
        """Nothing is read or sent any more."""
        if self.user_id is not None:
            self.user_id = None
            await self.send({"type": "websocket.close", "code": code})
        raise Closed

    def within_allowance(self) -> bool:
        """`MESSAGES` at once, refilled evenly over `PER_SECONDS`."""
        now = time.monotonic()
        self.allowance = min(MESSAGES, self.allowance + (now - self.last_message) * MESSAGES / PER_SECONDS)
        self.last_message = now
        self.allowance -= 1
        return self.allowance >= 0


def _by_id(sequences: Mapping[str, int]) -> dict[str, int]:
    return {str(UUID(key)): n for key, n in sequences.items()}


def _read(
    session_key: str, user_id: int, position: int | None, watched: Mapping[str, int] | None,
    meetings: Mapping[str, int] | None = None,
) -> Reading | None:  # fmt: skip
    """None when the session is over, its password has changed, the account is closed, or it is somebody else's now."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or user.pk != user_id:
        return None
    missed = live.missed_since(user, position)
    visible = None if watched is None else live.sequences_visible(user, [UUID(public_id) for public_id in watched])
    shown = live.meetings_visible(user, [UUID(public_id) for public_id in meetings]) if meetings else {}
    return Reading(missed, visible, shown)
