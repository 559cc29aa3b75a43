"""What every test shares: which tests run on which engine, no silent skips, and the real Chromium."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations

from tests.services import chromium

pytest_plugins = ["tests.cast"]

# nodeid -> the reason, for a person who wonders. A skip or an expected failure that is not listed here fails.
ALLOWED_SKIPS: dict[str, str] = {}

BROWSER = Path(__file__).parent / "browser"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def uses_an_engine(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("engines")
    return bool(marked) or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last: async tests cannot run in a thread where Playwright's event loop already stands.

    In `make test`, one process per engine collects all tests. Those that touch no engine run in one of them: the first,
    or the second where the mark says so, to give both as much to do.
    """
    items.sort(key=lambda item: BROWSER in item.path.parents)
    part = os.environ.get("SAMSYN_TEST_PART")
    if part is None:
        return
    elsewhere = {item for item in items if not uses_an_engine(item) and part_of(item) != part}
    config.hook.pytest_deselected(items=[item for item in items if item in elsewhere])
    items[:] = [item for item in items if item not in elsewhere]


def part_of(item: pytest.Item) -> str:
    return "second" if item.get_closest_marker("second_part") else "first"


def refuse_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    if report.outcome == "skipped" and report.nodeid not in ALLOWED_SKIPS:
        why = getattr(report, "wasxfail", None) or report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and ALLOWED_SKIPS in tests/conftest.py gives no reason: {why}"
        if hasattr(report, "wasxfail"):
            del report.wasxfail


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": chromium.require(), "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "sv-SE", "timezone_id": "Europe/Stockholm"}


@pytest.fixture(autouse=True, scope="session")
def what_is_frozen_goes_with_the_test_database():
    """SQLite empties tables by deleting, which triggers refuse: they are taken away meanwhile. PostgreSQL truncates."""
    plain = DatabaseOperations.sql_flush

    def flush(operations, *args, **options):
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, -6) = '_stays'")
            triggers = dict(cursor.fetchall())
        return [
            *(f"DROP TRIGGER {name}" for name in triggers), *plain(operations, *args, **options), *triggers.values()
        ]  # fmt: skip

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DatabaseOperations, "sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def letters_leave_at_once(monkeypatch):
    """Those about a step that can be undone wait a while; tests/deviations/test_undoing.py tests that they do."""
    monkeypatch.setattr("deviations.mail.letters.LETTER_WAITS", timedelta(0))
