"""`manage.py work`: background work in a process of its own (the production size; several may run)."""

import signal
import threading
from typing import Any

from django.core.management import BaseCommand

from deploy.worker import work_until


class Command(BaseCommand):
    help = "Do background work (deliveries, time limits, figures for reports) until told to stop by SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work_until(stop)
