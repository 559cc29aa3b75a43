"""From commit to the browser: a targeted message at 1, 100 and 1,000 open sockets, and one change that everybody reads.

The sockets are held by a process of their own; the moments are compared on the machine's one monotonic clock. With a
REDIS_URL the sender is this process and the server another one, as in production; without it both are one process, as
in the small size. Uses the database of the environment, which must be migrated; `python -m deploy.bench.live` says each
figure as a line of JSON.
"""

import asyncio
import json
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from deploy.bench.figures import Figure, say

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = "-m uvicorn deploy.asgi:application --ws websockets-sansio --lifespan off --log-level warning --port"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CALM = 60.0  # seconds that anything here may take at most
PAUSE = 0.02  # between targeted messages: they are not to queue behind each other


@dataclass(frozen=True, slots=True)
class Settings:
    sockets: tuple[int, ...] = (1, 100, 1_000)
    messages: int = 300  # targeted ones, at each number of sockets
    broadcasts: int = 20  # to all of the largest number


def run(settings: Settings) -> list[Figure]:
    """Latency at each number of sockets, what was lost, and the broadcast beside a bare server in the same run."""
    from django.db import connection

    allow_many_files()
    most = max(settings.sockets)
    with server() as (port, in_server):
        world = World(most)
        figures = []
        latency: dict[int, list[float]] = {}
        lost = 0
        for number in settings.sockets:
            latency[number] = targeted(world, port, number, settings.messages, in_server)
            lost += settings.messages - len(latency[number])
        ours = broadcast(world, port, most, settings.broadcasts, in_server)
    bare = bare_broadcast(most, settings.broadcasts)
    first = min(settings.sockets)
    for number in settings.sockets:
        for name, percent, goal in (("p50", 50, None), ("p99", 99, 2.0 if number == most else None)):
            figures.append(
                Figure(connection.vendor, f"commit to browser at {number} sockets, {name}",
                       percentile(latency[number], percent), percentile(latency[first], percent), "ms", goal)
            )  # fmt: skip
    sent = settings.messages * len(settings.sockets)
    figures.append(Figure(connection.vendor, "targeted messages lost", lost, sent, "messages", 0.0))
    what = f"one change read by {most}, beside a bare server"
    figures.append(Figure(connection.vendor, what, ours, bare, "messages/s", 0.25, at_least=True))
    return figures


def percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return float("inf")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


# ── who and what ─────────────────────────────────────────────────────────────────────────────────────────────────────
class World:
    """People with an open session, each with a deviation that only they read, and one that all of them read."""

    def __init__(self, people: int) -> None:
        from django.contrib.auth.hashers import make_password
        from django.utils import timezone

        from deviations.models import Deviation, Party
        from orgs.models import County, User

        county, _made = County.objects.get_or_create(code="98", defaults={"slug": "lyssnarlan", "name": "Lyssnarlän"})
        unique, password = time.time_ns(), make_password(None)
        self.people = User.objects.bulk_create(
            [User(email=f"lyssnare{n}-{unique}@example.org", name=f"Lyssnare {n}", password=password)
             for n in range(people)]
        )  # fmt: skip
        self.sessions = self._sessions()
        self.own = Deviation.objects.bulk_create([Deviation(county=county, filed_by=person) for person in self.people])
        self.everybodys = Deviation.objects.create(county=county, filed_by=self.people[0])
        now, role = timezone.now(), Party.Role.INVITED
        Party.objects.bulk_create(
            [Party(deviation=self.everybodys, role=role, person=person, filed_at=now) for person in self.people]
        )

    def _sessions(self) -> list[str]:
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        store = import_module(settings.SESSION_ENGINE).SessionStore()
        until = timezone.now() + timedelta(hours=1)
        rows = [
            Session(
                session_key=store._get_new_session_key(),
                session_data=store.encode(
                    {SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: BACKEND,
                     HASH_SESSION_KEY: person.get_session_auth_hash()}
                ),
                expire_date=until,
            )
            for person in self.people
        ]  # fmt: skip
        return [row.session_key for row in Session.objects.bulk_create(rows)]


def change(deviation: Any) -> tuple[str, int, float]:
    """One change through the history. (public id, sequence, the moment it was committed)."""
    from django.db import transaction

    from deviations.history import record

    moments: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic()))  # before record's own, which sends
        record(deviation, "note", by=None)
    return str(deviation.public_id), deviation.sequence, moments[0]


# ── what is measured ─────────────────────────────────────────────────────────────────────────────────────────────────
Caller = Callable[[Callable[[], Any]], Any]  # calls a function where a view of the server would run


def targeted(world: World, port: int, number: int, messages: int, in_server: Caller) -> list[float]:
    """Milliseconds from commit to the one browser concerned, of those that arrived; shortest first."""
    draw = random.Random(number)
    chosen = [draw.randrange(number) for _n in range(messages)]
    with sockets(port, world.sessions[:number]) as listeners:
        sent = {}
        for n in chosen:
            public_id, sequence, moment = in_server(partial(change, world.own[n]))
            sent[public_id, sequence] = moment
            time.sleep(PAUSE)
        arrived = listeners.arrivals(messages)
    return sorted((at - sent[public_id, sequence]) * 1000 for public_id, sequence, at in arrived)


def broadcast(world: World, port: int, number: int, rounds: int, in_server: Caller) -> float:
    """Messages delivered a second while one deviation changes again and again that everybody reads."""
    with sockets(port, world.sessions[:number]) as listeners:
        began = time.monotonic()
        for _round in range(rounds):
            in_server(partial(change, world.everybodys))
        return rate(listeners.arrivals(number * rounds), began)


def bare_broadcast(number: int, rounds: int) -> float:
    """The same message from a server that does nothing else."""
    port = free_port()
    with process("-m", "deploy.bench.live", "bare", str(port)) as bare, sockets(port, [""] * number) as listeners:
        began = time.monotonic()
        for _round in range(rounds):
            tell(bare, "go")
        return rate(listeners.arrivals(number * rounds), began)


def rate(arrived: Sequence[tuple[str, int, float]], began: float) -> float:
    return len(arrived) / (max(at for _id, _sequence, at in arrived) - began) if arrived else 0.0


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process with pipes; stopped afterwards."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("the process was started without pipes")
    return stream


def tell(process: subprocess.Popen[str], line: str) -> None:
    pipe(process.stdin).write(line + "\n")
    pipe(process.stdin).flush()


@contextmanager
def server() -> Iterator[tuple[int, Caller]]:
    """(port, how to call something where a view would run)."""
    from django.conf import settings

    port = free_port()
    if settings.REDIS_URL:
        with process(*SERVER.split(), str(port)):
            wait_for(port)
            yield port, lambda call: call()
        return
    with server_in_thread(port) as in_server:
        yield port, in_server


@contextmanager
def server_in_thread(port: int) -> Iterator[Caller]:
    import uvicorn
    from asgiref.sync import ThreadSensitiveContext, sync_to_async

    config = uvicorn.Config(
        "deploy.asgi:application", port=port, ws="websockets-sansio", lifespan="off", log_level="warning"
    )
    config.load()
    running = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await running.serve()

    async def as_a_view(call: Callable[[], Any]) -> Any:
        async with ThreadSensitiveContext():
            return await sync_to_async(call)()

    def in_server(call: Callable[[], Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(as_a_view(call), loops[0]).result(CALM)

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        thread = threading.Thread(target=runner.run, args=(serve(),))
        thread.start()
        try:
            wait_for(port)
            yield in_server
        finally:
            running.should_exit = True
            thread.join()


class Listeners:
    def __init__(self, holder: subprocess.Popen[str]) -> None:
        self.holder = holder

    def arrivals(self, number: int) -> list[tuple[str, int, float]]:
        """(public id, sequence, moment) of what came; waits until that many have come, or nothing more does."""
        tell(self.holder, str(number))
        return [tuple(row) for row in json.loads(pipe(self.holder.stdout).readline())]


@contextmanager
def sockets(port: int, sessions: Sequence[str]) -> Iterator[Listeners]:
    """One open socket per session, each having had its first answer."""
    with process("-m", "deploy.bench.live", "sockets", str(port)) as holder:
        tell(holder, json.dumps(list(sessions)))
        if pipe(holder.stdout).readline().strip() != "open":
            raise RuntimeError("the sockets could not be opened")
        yield Listeners(holder)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + CALM
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def allow_many_files() -> None:
    """Every socket is a file; many systems allow 1,024 unless asked."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# ── the process that holds the sockets ───────────────────────────────────────────────────────────────────────────────
async def hold_sockets(port: int) -> None:
    from websockets.asyncio.client import ClientConnection, connect

    arrived: list[tuple[str, int, float]] = []
    at_once = asyncio.Semaphore(50)

    async def open_one(session: str) -> ClientConnection:
        async with at_once:
            here, cookie = f"127.0.0.1:{port}", {"Cookie": f"sessionid={session}"}
            line = await connect(f"ws://{here}/live/", origin=f"http://{here}", additional_headers=cookie)  # type: ignore[arg-type]  # a str is an Origin
            await line.send('{"resume": null, "watching": {}}')
            while "position" not in json.loads(await line.recv()):
                pass
            return line

    async def listen(line: ClientConnection) -> None:
        async for text in line:
            at = time.monotonic()
            message = json.loads(text)
            if "deviation" in message:
                arrived.append((message["deviation"], message["sequence"], at))

    sessions = json.loads(await asyncio.to_thread(sys.stdin.readline))
    lines = await asyncio.gather(*map(open_one, sessions))
    listening = [asyncio.create_task(listen(line)) for line in lines]
    print("open", flush=True)
    number = int(await asyncio.to_thread(sys.stdin.readline))
    before, deadline = -1, time.monotonic() + CALM
    while len(arrived) < number and len(arrived) != before and time.monotonic() < deadline:
        before = len(arrived)
        for _tenth in range(20):  # two seconds without anything: nothing more comes
            await asyncio.sleep(0.1)
            if len(arrived) >= number:
                break
    print(json.dumps(arrived), flush=True)
    await asyncio.gather(*listening)


# ── the bare server ──────────────────────────────────────────────────────────────────────────────────────────────────
async def serve_bare(port: int) -> None:
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    lines: set[ServerConnection] = set()

    async def hold(line: ServerConnection) -> None:
        lines.add(line)
        await line.send('{"position": 0}')
        await line.wait_closed()

    async with serve(hold, "127.0.0.1", port, open_timeout=CALM):
        sequence = 0
        while await asyncio.to_thread(sys.stdin.readline):
            sequence += 1
            text = {"deviation": "00000000-0000-4000-8000-000000000000", "sequence": sequence, "position": sequence}
            broadcast(lines, json.dumps(text))


def main(arguments: Sequence[str]) -> None:
    allow_many_files()
    match arguments:
        case ["sockets", port]:
            asyncio.run(hold_sockets(int(port)))
        case ["bare", port]:
            asyncio.run(serve_bare(int(port)))
        case _:
            import django

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
            django.setup()
            numbers = tuple(map(int, arguments)) or Settings().sockets
            for figure in run(Settings(sockets=numbers)):
                say(figure)


if __name__ == "__main__":
    main(sys.argv[1:])
