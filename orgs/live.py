"""One message to one person's open sockets. Ids only: a page that gets one asks again, and is then judged again."""

from collections.abc import Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def person_group(user_id: int) -> str:
    return f"person.{user_id}"


def send_to_people(user_ids: set[int], message: Mapping[str, object]) -> None:
    """Send to every person's group. A layer that is down never hides a write: the caller logs it,
    the change is committed already, and a socket resumes from the history."""
    layer = get_channel_layer()

    async def send_all() -> None:
        for user_id in sorted(user_ids):
            await layer.group_send(person_group(user_id), dict(message))

    async_to_sync(send_all)()


def send_to_person(user_id: int, message: Mapping[str, object]) -> None:
    send_to_people({user_id}, message)
