"""A person's socket: which deviations changed, never what. `frontend/js/live.js` is the other end.

To the server   {"resume": position or null, "watching": {public id: sequence shown}}   watching only when it changed
From it         {"deviation": public id, "sequence": n, "position": p}   one that the person could see when it changed
                {"revoked": public id}   a watched one that the person may no longer see
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
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from deviations import live
from orgs.live import person_group
from orgs.models import User

NOT_UNDERSTOOD, NOT_LOGGED_IN, LOGGED_OUT, TOO_MANY = 4400, 4401, 4403, 4429

LONGEST_MESSAGE = 64 * 1024  # characters: a thousand watched deviations
MESSAGES, PER_SECONDS = 30, 10.0
SECONDS_TO_TAKE = 10.0  # how long a client may leave a message untaken before it has to connect anew
REMEMBERED = 2_000  # deviations whose last sent sequence is kept, so that a heartbeat repeats nothing
RECHECK_EVERY = 3  # heartbeats: a right may also end by its date, which nothing announces


class Resume(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    resume: NonNegativeInt | None
    watching: dict[str, NonNegativeInt] | None = Field(default=None, max_length=1_000)

    def watched(self) -> dict[str, int] | None:
        """Keys as the database writes them. Raises ValueError for what is no id."""
        return None if self.watching is None else {str(UUID(key)): n for key, n in self.watching.items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look into the database says; read in a thread, sent afterwards."""

    missed: live.Missed
    visible: Mapping[str, int] | None  # of the watched ones; None when they were not asked for


class LiveSocket(AsyncConsumer):  # type: ignore[misc]  # channels ships without types
    def __init__(self) -> None:
        self.user_id: int | None = None
        self.group = ""
        self.watching: dict[str, int] = {}
        self.sent: OrderedDict[str, int] = OrderedDict()
        self.heartbeats = 0
        self.allowance = float(MESSAGES)
        self.last_message = time.monotonic()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # also when the client is gone in the middle of a message
            if self.group:
                await self.channel_layer.group_discard(self.group, self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Not the inherited one, which visits a database thread for every message before it is handled.
        handler: Callable[[dict[str, Any]], Awaitable[None]] = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    # ── from the client ──────────────────────────────────────────────────────────────────────────────────────────────
    async def websocket_connect(self, message: dict[str, Any]) -> None:
        # Accepted first: a browser is told nothing about a refusal before that, and would try for ever.
        await self.send({"type": "websocket.accept"})
        user = self.scope["user"]
        if not user.is_authenticated or not user.is_active:
            await self.close(NOT_LOGGED_IN)
            return
        self.user_id = user.pk
        self.group = person_group(user.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self.user_id is None:
            return
        if not self.within_allowance():
            await self.close(TOO_MANY)
            return
        text = message.get("text") or ""
        try:
            if len(text) > LONGEST_MESSAGE:
                raise ValueError("too long")
            asked = Resume.model_validate_json(text)
            watched = asked.watched()
        except (ValidationError, ValueError):
            await self.close(NOT_UNDERSTOOD)
            return
        self.heartbeats += 1
        if watched is not None:
            self.watching = watched
        recheck = watched is not None or self.heartbeats % RECHECK_EVERY == 0
        await self.answer(asked.resume, recheck=recheck)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    # ── from the house ───────────────────────────────────────────────────────────────────────────────────────────────
    async def deviation_changed(self, message: dict[str, Any]) -> None:
        await self.send_change(live.Change(message["position"], message["deviation"], message["sequence"]))

    async def rights_changed(self, message: dict[str, Any]) -> None:
        """A role or an invitation was given or taken, or the person logged out somewhere: look again at everything."""
        await self.answer(None, recheck=True, rights_changed=True)

    async def lists_changed(self, message: dict[str, Any]) -> None:
        """Something changed in a list of the person's that is no deviation they read."""
        if self.user_id is not None:
            await self.send_json({"reload": True})

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def answer(self, position: int | None, *, recheck: bool, rights_changed: bool = False) -> None:
        if self.user_id is None:
            return
        watched = self.watching if recheck else None
        reading = await database_sync_to_async(_read, thread_sensitive=False)(
            self.scope["session"].session_key, self.user_id, position, watched
        )
        if reading is None:
            await self.close(LOGGED_OUT)
            return
        if reading.visible is not None:
            await self.tell_watched(reading.visible)
        for change in reading.missed.changes:
            if self.sent.get(change.deviation, -1) < change.sequence:
                await self.send_change(change)
        if reading.missed.too_many or rights_changed:
            await self.send_json({"reload": True})
        if not rights_changed:
            await self.send_json({"position": reading.missed.position})

    async def tell_watched(self, visible: Mapping[str, int]) -> None:
        """What changed since the page was made, and what the page must no longer show."""
        for public_id in [public_id for public_id in self.watching if public_id not in visible]:
            del self.watching[public_id]
            await self.send_json({"revoked": public_id})
        for public_id, sequence in visible.items():
            if max(self.watching[public_id], self.sent.get(public_id, -1)) < sequence:
                await self.send_change(live.Change(0, public_id, sequence))

    async def send_change(self, change: live.Change) -> None:
        self.sent[change.deviation] = max(change.sequence, self.sent.pop(change.deviation, 0))
        if len(self.sent) > REMEMBERED:
            self.sent.popitem(last=False)
        await self.send_json({"deviation": change.deviation, "sequence": change.sequence, "position": change.position})

    async def send_json(self, content: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await self.send({"type": "websocket.send", "text": json.dumps(content)})
        except TimeoutError:  # nor would a closing message be taken; meanwhile its queue would only grow
            raise StopConsumer from None

    async def close(self, code: int) -> None:
        """Nothing is read or sent any more."""
        self.user_id = None
        await self.send({"type": "websocket.close", "code": code})
        raise StopConsumer

    def within_allowance(self) -> bool:
        """`MESSAGES` at once, refilled evenly over `PER_SECONDS`."""
        now = time.monotonic()
        self.allowance = min(MESSAGES, self.allowance + (now - self.last_message) * MESSAGES / PER_SECONDS)
        self.last_message = now
        self.allowance -= 1
        return self.allowance >= 0


def _read(session_key: str, user_id: int, position: int | None, watched: Mapping[str, int] | None) -> Reading | None:
    """None when the session is over, its password has changed, the account is closed, or it is somebody else's now."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or user.pk != user_id:
        return None
    missed = live.missed_since(user, position)
    visible = None if watched is None else live.sequences_visible(user, [UUID(public_id) for public_id in watched])
    return Reading(missed, visible)
