"""Playwright's event loop stays in the test process's own thread to the end of the run. So browser tests come last (see
tests/conftest.py), and Django would refuse every query there without the variable below."""

import os

from playwright.sync_api import expect

from tests.browser.uvicorn_server import live_server_uvicorn  # noqa: F401  # a fixture
from tests.browser.world_server import visitor, world_server  # noqa: F401  # fixtures

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # this process only; the servers under test keep the guard
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong; how fast it is stands in make bench
