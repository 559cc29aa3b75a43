"""From commit to browser with 1, 100 and 1,000 sockets open, and a message to all beside a bare WebSocket server.

Needs an empty PostgreSQL in DATABASE_URL and Valkey in REDIS_URL: changes are made by another process than the one that
holds the sockets, as in production. One figure per line.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date, timedelta
from multiprocessing.connection import Connection

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after django.setup
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from websockets.asyncio.client import ClientConnection, connect  # noqa: E402
from websockets.asyncio.server import ServerConnection, broadcast, serve  # noqa: E402

from deploy.bench import servers  # noqa: E402
from deploy.bench.figures import Figure, say  # noqa: E402
from deviations import live  # noqa: E402
from deviations.models import Deviation, HistoryEntry  # noqa: E402
from deviations.services import profiles  # noqa: E402
from deviations.services.filing import file  # noqa: E402
from deviations.services.form import Filing  # noqa: E402
from orgs.models import Body, Organisation, User  # noqa: E402
from orgs.permissions import grant  # noqa: E402
from orgs.profiles import loader  # noqa: E402

fork = multiprocessing.get_context("fork")
LOST_AFTER = 10.0  # seconds
PAUSE = 0.02  # between changes: people act one at a time
Ask = Callable[[str], Awaitable[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1_000, help="the most that are open at once")
    parser.add_argument("--messages", type=int, default=200, help="changes followed at each number of sockets")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    own, common, sessions = prepare(asked.sockets)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's; processes must not share its sockets
    here, there = fork.Pipe()
    writer = fork.Process(target=write_changes, args=(there,), daemon=True)
    writer.start()
    with servers.live() as port:
        asyncio.run(measure(asked, port, own, common, sessions, here))
    here.send(None)
    writer.join()


def prepare(people: int) -> tuple[str, str, list[str]]:
    """A deviation that its reporter alone sees change, one that everybody sees, and everybody's session."""
    source = (loader.FOLDER / "blekinge.yaml").read_text(encoding="utf-8")
    profiles.activate(None, source, from_date=date(2020, 1, 1), by=None)
    unit, far = Organisation.objects.get(key="1080-elevhalsan"), Organisation.objects.get(key="rb-bup")
    everybody = [User.objects.create_user(f"p{n}@example.org", None, name=f"Person {n}") for n in range(people)]
    grant(everybody[0], "reporter", unit, by=None)
    filing = Filing(
        reporting_unit=unit,
        receiving_units=(far,),
        happened="Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte.",
        occurred_on=timezone.localdate() - timedelta(days=3),
        category="sip/called_party_absent",
        age=14,
    )
    own = file(filing, by=everybody[0])
    common = file(filing, by=everybody[0])
    meeting = Body.objects.create(county=unit.county, key="bench", name="Alla")
    common.parties.create(role="informed", body=meeting, shown_as="Alla", filed_at=timezone.now())
    for person in everybody:
        grant(person, "member", meeting, by=None)
    return str(own.public_id), str(common.public_id), [session_of(person) for person in everybody]


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def write_changes(orders: Connection) -> None:
    """Another process: changes the deviation that is named and answers when that was committed."""
    while (public_id := orders.recv()) is not None:
        committed: list[float] = []
        with transaction.atomic():
            deviation = Deviation.objects.select_for_update().get(public_id=public_id)
            transaction.on_commit(lambda done=committed: done.append(time.monotonic()))  # type: ignore[misc]  # bound early
            deviation.sequence += 1
            deviation.save(update_fields=["sequence"])
            newest = HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
            live.announce_after_commit(deviation, position=newest)
        orders.send(committed[0])


# ── with so many open ────────────────────────────────────────────────────────────────────────────────────────────────
async def measure(
    asked: argparse.Namespace, port: int, own: str, common: str, sessions: Sequence[str], orders: Connection
) -> None:
    async def change(public_id: str) -> float:
        orders.send(public_id)
        return float(await asyncio.to_thread(orders.recv))

    alone = None
    async with AsyncExitStack() as stack:
        opened: list[ClientConnection] = []
        for count in sorted({1, min(100, asked.sockets), asked.sockets}):
            for session in sessions[len(opened) : count]:
                opened.append(await stack.enter_async_context(tab(port, session)))
                await resumed(opened[-1])
            late, lost = await followed(opened[0], own, asked.messages, change)
            alone = alone or late
            for name, which in (("median", 0), ("p99", 1)):
                goal = 2.0 if name == "p99" and count == asked.sockets else None
                what = f"commit to browser, {name}, {count:,} sockets open"
                say(Figure(connection.vendor, what, late[which], alone[which], "ms", goal))
            say(Figure(connection.vendor, f"messages lost, {count:,} sockets open", lost, 1, "messages", 0.0))
        ours = await to_all(opened, lambda: change(common), asked.messages // 10)
    bare = await bare_to_all(asked.sockets, asked.messages // 10)
    what = f"broadcast to {asked.sockets:,} sockets, beside a bare server"
    say(Figure(connection.vendor, what, ours, bare, "messages/s", 0.25, at_least=True))


def tab(port: int, session: str) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}/live/",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]  # a NewType of str
        additional_headers={"Cookie": f"sessionid={session}"},
        compression=None,
        ping_interval=None,
    )


async def resumed(line: ClientConnection) -> None:
    await line.send(json.dumps({"resume": None}))
    await line.recv()


async def followed(
    line: ClientConnection, public_id: str, messages: int, change: Ask
) -> tuple[tuple[float, float], int]:
    """(median and p99 in milliseconds), and how many never came."""
    took, lost = [], 0
    for n in range(messages + 5):
        heard = asyncio.create_task(arrival(line))
        committed = await change(public_id)
        try:
            late = (await asyncio.wait_for(heard, LOST_AFTER) - committed) * 1000
        except TimeoutError:
            lost += 1
            continue
        if n >= 5:  # the first ones open connections
            took.append(late)
        await asyncio.sleep(PAUSE)
    return (statistics.median(took), statistics.quantiles(took, n=100)[98]), lost


async def arrival(line: ClientConnection) -> float:
    while "deviation" not in json.loads(await line.recv()):
        pass
    return time.monotonic()


async def to_all(lines: Sequence[ClientConnection], start: Callable[[], Awaitable[float]], rounds: int) -> float:
    """Messages per second that arrive when one change concerns everybody."""
    seconds = 0.0
    for _round in itertools.repeat(None, max(1, rounds)):
        heard = [asyncio.create_task(arrival(line)) for line in lines]
        began = await start()
        seconds += max(await asyncio.wait_for(asyncio.gather(*heard), 60)) - began
    return len(lines) * max(1, rounds) / seconds


# ── the limit ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def bare_to_all(count: int, rounds: int) -> float:
    here, there = fork.Pipe()
    port = servers.free_port()
    server = fork.Process(target=bare_server, args=(there, port), daemon=True)
    server.start()
    await asyncio.to_thread(here.recv)

    async def start() -> float:
        here.send(b"")
        return float(await asyncio.to_thread(here.recv))

    async with AsyncExitStack() as stack:
        lines = []
        for _n in range(count):
            line = connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None)
            lines.append(await stack.enter_async_context(line))
        rate = await to_all(lines, start, rounds)
    server.terminate()
    return rate


def bare_server(orders: Connection, port: int) -> None:
    """No rights, no layer, no Django: one message, written to every socket."""
    text = json.dumps({"deviation": "00000000-0000-0000-0000-000000000000", "sequence": 1, "position": 1})

    async def run() -> None:
        lines: set[ServerConnection] = set()

        async def hold(line: ServerConnection) -> None:
            lines.add(line)
            await line.wait_closed()

        async with serve(hold, "127.0.0.1", port, compression=None, ping_interval=None):
            orders.send(b"")
            while True:
                await asyncio.to_thread(orders.recv)
                orders.send(time.monotonic())
                broadcast(lines, text)

    asyncio.run(run())


if __name__ == "__main__":
    main()
