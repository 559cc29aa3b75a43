"""Playwright's event loop stays in the test process's own thread to the end of the run, so browser tests come last:
async tests cannot run inside another loop, and Django would refuse every query there without the variable below."""

import os
from pathlib import Path

from tests.browser.uvicorn_server import live_server_uvicorn  # noqa: F401  # a fixture

HERE = Path(__file__).parent

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # this process only; the servers under test keep the guard


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: HERE in item.path.parents)
