"""Setting up: only what changed is installed, by hash, and a first start that stops half-way leaves nothing."""

import sqlite3
import subprocess
import sys

import pytest

from deploy import bootstrap


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An environment in a folder of its own; yields the commands that would have been run."""
    commands = []
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "run", lambda *command, **environment: commands.append(command))
    monkeypatch.setattr(bootstrap, "works", lambda *command: not commands.append(command))
    return commands


def test_an_unchanged_lock_is_not_installed_again(venv):
    bootstrap.install(bootstrap.DEVELOPMENT)
    assert venv != []
    venv.clear()
    bootstrap.install(bootstrap.DEVELOPMENT)
    bootstrap.install(bootstrap.RUNTIME)  # which the other holds as well
    assert venv == []


def test_a_changed_lock_is_installed_again(venv, monkeypatch, tmp_path):
    lock = tmp_path / "some.lock"
    lock.write_text("django==5.2.18")
    bootstrap.install(lock)
    lock.write_text("django==5.2.19")
    assert not bootstrap.is_installed(lock)


def test_every_installation_asks_for_hashes(venv):
    bootstrap.install(bootstrap.RUNTIME)
    installations = [command for command in venv if "install" in command]
    assert len(installations) == 2  # uv with pip, the rest with uv
    assert all("--require-hashes" in command and "--no-deps" in command for command in installations)


def test_when_uv_cannot_fetch_pip_does_with_the_same_hashes(venv, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "works", lambda *command: "uv" not in command)
    bootstrap.install(bootstrap.RUNTIME)
    assert venv[-1][:3] == (bootstrap.PYTHON, "-m", "pip")
    assert "--require-hashes" in venv[-1]
    assert venv[-1][-1] == bootstrap.RUNTIME
    assert "pip does it instead" in capsys.readouterr().out


def test_the_installer_itself_is_pinned_by_hash():
    lines = bootstrap.pinned("uv").splitlines()
    assert lines[0].startswith("uv==")
    assert all(line.startswith("    --hash=sha256:") for line in lines[1:])
    assert len(lines) > 1


def test_the_database_gets_its_name_when_it_is_complete(tmp_path, monkeypatch):
    database = tmp_path / "samsyn.sqlite3"
    monkeypatch.setattr(bootstrap, "DATABASE", database)

    def run(*command, DATABASE_URL):
        assert not database.exists()
        with sqlite3.connect(DATABASE_URL.removeprefix("sqlite:///")) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"CREATE TABLE {command[2]} (id int)")
        if command[2] == "demo" and stop_at_demo:
            raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "run", run)
    stop_at_demo = True
    with pytest.raises(KeyboardInterrupt):
        bootstrap.prepare_database()
    assert not database.exists()
    stop_at_demo = False
    bootstrap.prepare_database()
    tables = sqlite3.connect(database).execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
    assert tables == [("demo",), ("migrate",)]


@pytest.mark.parametrize("there", [False, True])
def test_the_demo_report_has_a_demo_and_todays_tables_under_it(tmp_path, monkeypatch, there):
    database = tmp_path / "samsyn.sqlite3"
    if there:
        database.touch()
    done = []
    monkeypatch.setattr(bootstrap, "DATABASE", database)
    monkeypatch.setattr(bootstrap, "install", lambda lock: done.append("install"))
    monkeypatch.setattr(bootstrap, "prepare_database", lambda: done.append("prepare"))
    monkeypatch.setattr(bootstrap, "run", lambda *command: done.append(command[2]))
    monkeypatch.setattr(bootstrap.os, "execv", lambda _program, command: done.append(command[1:]))
    bootstrap.main(["demo-report", "--year", "2025"])
    assert done == [
        "install", *([] if there else ["prepare"]), "migrate", ["manage.py", "demo_report", "--year", "2025"],
    ]  # fmt: skip


def test_a_python_too_old_is_told_so_before_anything_breaks():
    program = (
        "import runpy, sys\nsys.version_info = (3, 10, 0)\n"
        f"sys.argv = ['bootstrap.py', 'run']\nrunpy.run_path({str(bootstrap.__file__)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "Samsyn needs Python 3.11 or newer; choose one with: make PYTHON=python3.12 run\n",
    )
