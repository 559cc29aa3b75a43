"""Passes what the channel layer brings to this process on to the open sockets of the people named.

One channel for all sockets: a layer with a channel per socket does work for each of them at every message.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from orgs.live import GROUP

INBOX = 1_000  # messages that may wait for one socket


class Told(NamedTuple):
    message: Mapping[str, Any]
    text: str  # the message as JSON without its type, written once for all sockets


Inbox = asyncio.Queue[Told]
OVERFLOWN = Told({"type": "lists.changed"}, "")


class Switchboard:
    """Of one event loop, while at least one socket is open in it."""

    def __init__(self) -> None:
        self.inboxes: defaultdict[int, set[Inbox]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None
        self.channel = ""
        self.changing = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def inbox_of(self, user_id: int) -> AsyncIterator[Inbox]:
        """What the person is told while the block runs. Raises what the layer raises when it is away."""
        inbox: Inbox = asyncio.Queue(INBOX)
        async with self.changing:
            await self._listen()
        self.inboxes[user_id].add(inbox)
        try:
            yield inbox
        finally:
            self.inboxes[user_id].discard(inbox)
            if not self.inboxes[user_id]:
                del self.inboxes[user_id]
            async with self.changing:
                if not self.inboxes:
                    await self._stop()

    async def _listen(self) -> None:
        layer = get_channel_layer()
        if self.listening is None or self.listening.done():
            self.channel = await layer.new_channel()
            self.listening = asyncio.create_task(self._pass_on(self.channel))
        await layer.group_add(GROUP, self.channel)  # again each time: the in-process layer forgets members after a day

    async def _stop(self) -> None:
        if self.listening is None:
            return
        await get_channel_layer().group_discard(GROUP, self.channel)
        self.listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.listening
        self.listening = None

    async def _pass_on(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            told = await layer.receive(channel)
            message = told["message"]
            ready = Told(message, json.dumps({name: value for name, value in message.items() if name != "type"}))
            for user_id in told["people"]:
                for inbox in self.inboxes.get(user_id, ()):
                    put(inbox, ready)


def put(inbox: Inbox, told: Told) -> None:
    """Never waits: one slow reader must not hold up the others. What does not fit becomes "ask for everything"."""
    try:
        inbox.put_nowait(told)
    except asyncio.QueueFull:
        while not inbox.empty():
            inbox.get_nowait()
        inbox.put_nowait(OVERFLOWN)


_switchboards: WeakKeyDictionary[asyncio.AbstractEventLoop, Switchboard] = WeakKeyDictionary()


def switchboard() -> Switchboard:
    loop = asyncio.get_running_loop()
    if loop not in _switchboards:
        _switchboards[loop] = Switchboard()
    return _switchboards[loop]
