"""`make bench`: every measurement on both engines, beside its limit; ARGS="--help" shows the sizes."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import services
from deploy.bench.figures import Figure, heard, table

ROOT = services.ROOT
ENGINES = ("sqlite", "postgresql")


@contextmanager
def empty(engine: str, *, durable: bool = False) -> Iterator[dict[str, str]]:
    """The variables that lead a process to a new, empty database of that engine (and to Valkey beside PostgreSQL)."""
    if engine == "postgresql":
        with services.running(durable=durable) as urls:
            yield urls
    else:
        with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as folder:
            yield {"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "REDIS_URL": ""}


def measure(module: str, engine: str, *arguments: str, durable: bool = False) -> list[Figure]:
    """Run one measuring module in a process of its own, on an empty database."""
    print(f"{module} on {engine} …", file=sys.stderr, flush=True)
    with empty(engine, durable=durable) as urls:
        done = subprocess.run(
            [sys.executable, "-m", f"deploy.bench.{module}", *arguments],
            cwd=ROOT,
            env={**os.environ, **urls},
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        sys.exit(f"deploy.bench.{module} failed on {engine}; the reason is printed above.")
    return [heard(line) for line in done.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both when left out")
    parser.add_argument(
        "--deviations", type=int, default=1_000_000, help="for rights and reports (default %(default)s)"
    )
    parser.add_argument("--large", type=int, default=0, help="reports at this size too: 10000000 takes half an hour")
    parser.add_argument("--rounds", type=int, default=9, help="times each read is measured (default %(default)s)")
    parser.add_argument("--filings", type=int, default=400, help="per measurement (default %(default)s)")
    parser.add_argument("--sockets", type=int, default=1_000, help="open at once (default %(default)s)")
    parser.add_argument("--messages", type=int, default=200, help="followed to a socket (default %(default)s)")
    parser.add_argument(
        "--counties", type=int, default=200, help="whose small numbers are hidden (default %(default)s)"
    )
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    figures: list[Figure] = []
    for part in asked.parts or PARTS:
        for engine in asked.engine or ENGINES:
            figures += PARTS[part](engine, asked)
    print(table(figures))
    missed = [f for f in figures if f.met is False]
    print(f"\n{len(figures)} figures, {len(missed)} goals missed, {time.monotonic() - began:.0f} s")


def _rights(engine: str, asked: argparse.Namespace) -> list[Figure]:
    return measure("rights", engine, "--deviations", str(asked.deviations), "--rounds", str(asked.rounds))


def _filing(engine: str, asked: argparse.Namespace) -> list[Figure]:
    return measure("filing", engine, "--filings", str(asked.filings), durable=True)


def _live(engine: str, asked: argparse.Namespace) -> list[Figure]:
    """On the production size only: in one process there is no other that could make the change."""
    if engine != "postgresql":
        return []
    return measure("live", engine, "--sockets", str(asked.sockets), "--messages", str(asked.messages))


def _signals(engine: str, asked: argparse.Namespace) -> list[Figure]:
    """Simulated numbers, the same beside any database: once."""
    if engine != (asked.engine or ENGINES)[0]:
        return []
    return measure("signals", engine)


def _report(engine: str, asked: argparse.Namespace) -> list[Figure]:
    """On the production size, where reports matter. Ten times as many when asked for, and then beside each other."""
    if engine != "postgresql":
        return []
    found = measure("report", engine, "--deviations", str(asked.deviations))
    if asked.large:
        found += measure("report", engine, "--slim", "--deviations", str(asked.large))
    peaks = [figure.measured for figure in found if figure.what.startswith("memory of a report")]
    if len(peaks) > 1:
        what = f"memory of a report at {asked.large:,} beside {asked.deviations:,}"
        found.append(Figure(engine, what, peaks[1], peaks[0], "MB", 1.3))
    return found


def _protection(engine: str, asked: argparse.Namespace) -> list[Figure]:
    """Counts drawn by lot, the same beside any database: once."""
    if engine != (asked.engine or ENGINES)[0]:
        return []
    return measure("protection", engine, "--counties", str(asked.counties))


PARTS = {
    "rights": _rights,
    "report": _report,
    "filing": _filing,
    "live": _live,
    "signals": _signals,
    "protection": _protection,
}

if __name__ == "__main__":
    main()
