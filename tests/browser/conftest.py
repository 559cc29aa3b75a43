"""Playwright's event loop stays in the test process's own thread to the end of the run. So browser tests come last (see
tests/conftest.py), and Django would refuse every query there without the variable below."""

import os

from tests.browser.uvicorn_server import live_server_uvicorn  # noqa: F401  # a fixture

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # this process only; the servers under test keep the guard
