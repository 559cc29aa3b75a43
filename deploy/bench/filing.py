"""Filing through the API, beside the inserts that one filing makes, replayed bare by as many clients.

Needs an empty database in DATABASE_URL, that flushes at each commit as production does. One figure per line.
"""

import argparse
import json
import multiprocessing
import os
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from http.client import HTTPConnection
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after django.setup
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from api import tokens  # noqa: E402
from deploy.bench import servers  # noqa: E402
from deploy.bench.figures import Figure, say  # noqa: E402
from deviations.models import Deviation, NumberSeries  # noqa: E402
from deviations.services import profiles  # noqa: E402
from deviations.services.filing import file_once  # noqa: E402
from deviations.services.form import Filing  # noqa: E402
from orgs.models import Body, County, Organisation, User  # noqa: E402
from orgs.permissions import grant  # noqa: E402
from orgs.profiles import loader  # noqa: E402

GOALS = {"postgresql": 0.15, "sqlite": 0.06}
CLIENTS, MANY_CLIENTS = 8, 32
# Numbers so high that they can be told from every other number in the statements of one filing.
FIRST_ID, FIRST_NUMBER = 800_000_000, 700_000_000
Statement = tuple[str, list[Any]]

fork = multiprocessing.get_context("fork")  # the children need nothing but their own connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=800, help="in all, per measurement")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    written, sent = prepare()
    inserts = inserts_of_one(sent)
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's; processes must not share its sockets
    bare, _faults = together(CLIENTS, asked.filings, replay(inserts))
    with servers.web(connection.vendor) as port:
        together(CLIENTS, 40, post(port, written, sent))  # every worker has loaded what it needs
        filed, faults = together(CLIENTS, asked.filings, post(port, written, sent))
        _more, crowded = together(MANY_CLIENTS, asked.filings, post(port, written, sent))
    what = f"filings through the API, {CLIENTS} clients, beside {len(inserts)} bare inserts each"
    say(Figure(connection.vendor, what, filed, bare, "per second", GOALS[connection.vendor], at_least=True))
    for clients, refused in ((CLIENTS, faults), (MANY_CLIENTS, crowded)):
        say(Figure(connection.vendor, f"filings refused or failed, {clients} clients", refused, 1, "errors", 0.0))


def prepare() -> tuple[str, dict[str, Any]]:
    """A county as shipped, a group that works, a token that may file, and what is sent."""
    source = (loader.FOLDER / "blekinge.yaml").read_text(encoding="utf-8")
    profiles.activate(None, source, from_date=date(2020, 1, 1), by=None)
    unit = Organisation.objects.get(key="1080-elevhalsan")
    manager = User.objects.create_user("maria@example.org", None, name="Maria")
    grant(manager, "unit_manager", unit, by=None)
    coordinator = User.objects.create_user("bo@example.org", None, name="Bo")
    grant(coordinator, "coordinator", Body.objects.get(key="sg_barn_unga"), by=None)
    until = timezone.now() + timedelta(days=1)
    issued = tokens.issue(unit, name="Elevjournalen", scopes=["read", "file"], expires_at=until, by=manager)
    return issued.written, {
        "reporting_unit": unit.pk,
        "receiving_units": [Organisation.objects.get(key="rb-bup").pk],
        "occurred_on": (timezone.localdate() - timedelta(days=3)).isoformat(),
        "category": "sip/called_party_absent",
        "age": 14,
        "happened": "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte.",
    }


def inserts_of_one(sent: dict[str, Any]) -> list[Statement]:
    """The INSERT statements of one filing, listened to while the service makes it."""
    unit = Organisation.objects.get(pk=sent["reporting_unit"])
    heard: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith("INSERT"):
            heard.append((sql, list(params)))
        return execute(sql, params, many, context)

    NumberSeries.objects.create(county=County.objects.get(), year=timezone.localdate().year, last=FIRST_NUMBER)
    filing = Filing(
        reporting_unit=unit,
        receiving_units=tuple(Organisation.objects.filter(pk__in=sent["receiving_units"])),
        happened=sent["happened"],
        occurred_on=date.fromisoformat(sent["occurred_on"]),
        category=sent["category"],
        age=sent["age"],
    )
    with transaction.atomic():
        first_id(FIRST_ID)
        with connection.execute_wrapper(listen):
            deviation, _new = file_once(
                filing, by=User.objects.get(email__endswith="system.invalid"), idempotency_key="x" * 20
            )
    if deviation.pk < FIRST_ID or not deviation.number or deviation.number < FIRST_NUMBER:
        raise RuntimeError("the filing's own numbers cannot be told from others in its statements")
    known = {deviation.pk: "id", deviation.number: "number", "x" * 20: "key"}
    return [(sql, [marked(param, known) for param in params]) for sql, params in heard]


def marked(param: Any, known: dict[Any, str]) -> Any:
    """A parameter, or an array of them (PostgreSQL's bulk insert), with what differs between filings named instead."""
    if isinstance(param, list):
        return [marked(one, known) for one in param]
    return known.get(param, param) if isinstance(param, int | str) else param


def first_id(value: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('deviations_deviation', 'id'), %s)", [value])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = 'deviations_deviation'", [value])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT 'deviations_deviation', %s "
                "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'deviations_deviation')",
                [value],
            )


# ── clients ──────────────────────────────────────────────────────────────────────────────────────────────────────────
Client = Callable[[int, int], int]
"""Does its share (client's number, how many) and answers how many failed."""


def together(clients: int, filings: int, do: Client) -> tuple[float, int]:
    """Filings per second by that many processes at once, and how many failed. Starting them is not counted."""
    ready, go = fork.Barrier(clients + 1), fork.Barrier(clients + 1)
    failed = fork.Value("i", 0)

    def one(number: int) -> None:
        ready.wait()
        go.wait()
        refused = do(number, filings // clients)
        with failed.get_lock():
            failed.value += refused

    processes = [fork.Process(target=one, args=(number,)) for number in range(clients)]
    for process in processes:
        process.start()
    ready.wait()
    go.wait()
    began = time.perf_counter()
    for process in processes:
        process.join()
    took = time.perf_counter() - began
    if any(process.exitcode for process in processes):
        raise RuntimeError("a client ended before it was done; the reason is printed above")
    return filings // clients * clients / took, failed.value


def post(port: int, written: str, sent: dict[str, Any]) -> Client:
    headers = {"Authorization": f"Bearer {written}", "Content-Type": "application/json", "Host": "localhost"}
    body = json.dumps(sent)

    def client(_number: int, count: int) -> int:
        refused = 0
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        for _n in range(count):
            line.request("POST", "/api/v1/deviations/", body, {**headers, "Idempotency-Key": str(uuid.uuid4())})
            answer = line.getresponse()
            answer.read()
            refused += answer.status != 201
        return refused

    return client


def replay(inserts: list[Statement]) -> Client:
    def client(number: int, count: int) -> int:
        with connection.cursor() as cursor:
            for n in range(count):
                known: dict[str, Any] = {
                    "number": FIRST_NUMBER + 1_000_000 * (number + 1) + n,
                    "key": str(uuid.uuid4()),
                }
                with transaction.atomic():
                    for sql, params in inserts:
                        cursor.execute(sql, [fresh(param, known) for param in params])
                        returned = cursor.fetchall() if cursor.description else []
                        if f'INTO "{Deviation._meta.db_table}"' in sql:
                            known["id"] = returned[0][0]
        connection.close()
        return 0

    return client


def fresh(param: Any, known: dict[str, Any]) -> Any:
    """A parameter of the heard statement with what must differ from filing to filing put in its place."""
    if isinstance(param, list):
        return [fresh(one, known) for one in param]
    if isinstance(param, uuid.UUID):
        return uuid.uuid4()
    if isinstance(param, str) and len(param) == 32 and connection.vendor == "sqlite":
        return uuid.uuid4().hex
    return known.get(param, param) if isinstance(param, str) else param


if __name__ == "__main__":
    main()
