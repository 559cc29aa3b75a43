"""Messages to people's open sockets. Ids only: a page that gets one asks again, and is then judged again.

One message per change, however many read it: every process that holds sockets hears it once and passes it on to those
of its sockets that belong to the people named. (A group per person cost a thousand sends where a thousand people read.)
"""

import asyncio
from collections.abc import Iterable, Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

GROUP = "people"
SECONDS_TO_SEND = 1.0


def send_to_people(user_ids: Iterable[int], message: Mapping[str, object]) -> None:
    """Tell every open socket of these people, in every process.

    Raises what the layer raises, and TimeoutError after `SECONDS_TO_SEND`. A write never depends on it: call it
    from `transaction.on_commit(..., robust=True)`, which logs; a socket asks for what it missed.
    """
    people = sorted(user_ids)
    if people:
        async_to_sync(_send)({"type": "people.told", "people": people, "message": dict(message)})


async def _send(told: dict[str, object]) -> None:
    async with asyncio.timeout(SECONDS_TO_SEND):
        await get_channel_layer().group_send(GROUP, told)


def send_to_person(user_id: int, message: Mapping[str, object]) -> None:
    send_to_people({user_id}, message)
