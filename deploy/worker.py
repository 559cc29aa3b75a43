"""Background work: deviations.jobs.run_due again and again, beside the server or in a process of its own."""

import asyncio
import logging
import threading
import time

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import DatabaseError, close_old_connections

from deviations.jobs import run_due

PAUSE_SECONDS = 1.0  # how long something that became due waits at most when nothing else is running
AFTER_ERROR_SECONDS = 10.0
logger = logging.getLogger(__name__)


def work_once() -> float:
    """Do what is due now; return how many seconds to wait. A database that is away is logged and asked again later."""
    close_old_connections()
    try:
        run_due()
    except DatabaseError:
        logger.exception("background work: the database refused; trying again in %d seconds", AFTER_ERROR_SECONDS)
        return AFTER_ERROR_SECONDS
    return PAUSE_SECONDS


def work_until(stop: threading.Event) -> None:
    """Any other error ends the process, loudly; whoever watches it (systemd, compose) starts it anew."""
    while not stop.is_set():
        stop.wait(work_once())


async def work_beside_server(stop: asyncio.Event) -> None:
    """The same in the server's own event loop: a message sent from another loop would not wake the in-process layer."""
    async with ThreadSensitiveContext():  # one thread of its own, so that pages never wait for it
        while not stop.is_set():
            seconds = await sync_to_async(work_once)()
            deadline = time.monotonic() + seconds
            while not stop.is_set() and time.monotonic() < deadline:
                await asyncio.sleep(min(0.2, seconds))
