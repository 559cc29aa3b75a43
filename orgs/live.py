"""One message to one person's open sockets. Ids only: a page that gets one asks again, and is then judged again."""

import asyncio
from collections.abc import Iterable, Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

SECONDS_TO_SEND = 1.0


def person_group(user_id: int) -> str:
    return f"person.{user_id}"


def send_to_people(user_ids: Iterable[int], message: Mapping[str, object]) -> None:
    """Send to every person's group.

    Raises what the layer raises, TimeoutError after `SECONDS_TO_SEND` in all. A write never depends on it: call it
    from `transaction.on_commit(..., robust=True)`, which logs; a socket asks for what it missed.
    """
    people = sorted(user_ids)
    if people:
        async_to_sync(_send)(people, dict(message))


async def _send(people: list[int], message: dict[str, object]) -> None:
    layer = get_channel_layer()
    async with asyncio.timeout(SECONDS_TO_SEND):
        for user_id in people:  # the layers send one at a time anyway, on one connection
            await layer.group_send(person_group(user_id), message)


def send_to_person(user_id: int, message: Mapping[str, object]) -> None:
    send_to_people({user_id}, message)
