"""`manage.py serve`: the small size, one process with pages, sockets and background work."""

import asyncio
import socket
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.translation import gettext as _

from deploy.worker import work_beside_server
from deviations.demo.people import LOGINS, email_of
from orgs.models import User


class Command(BaseCommand):
    help = "Serve pages, sockets and background work from one process (the small size)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, port))
            except OSError as error:
                raise CommandError(
                    _("Port %(port)d är upptagen (%(error)s). Välj en annan: PORT=%(other)d make run")
                    % {"port": port, "error": error.strerror, "other": port + 1}
                ) from error
            listener.listen(2048)
            config = uvicorn.Config(
                "deploy.asgi:application",
                ws="websockets-sansio",
                ws_per_message_deflate=False,  # a message is a hundred bytes; compressing costs memory per socket
                ws_max_size=65_536,
                lifespan="off",
                log_level="info" if settings.DEBUG else "warning",
                forwarded_allow_ips="127.0.0.1",  # a reverse proxy on this machine; nobody else is believed
            )
            config.load()
            self.announce(f"http://localhost:{port}")
            with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner, suppress(KeyboardInterrupt):
                runner.run(serve_and_work(uvicorn.Server(config), listener))

    def announce(self, address: str) -> None:
        """The socket listens already, so the address answers from the moment it is read."""
        self.stdout.write(self.style.SUCCESS(_("Samsyn är igång: %(address)s") % {"address": address}))
        if settings.SAMSYN_DEMO and User.objects.filter(email=email_of(LOGINS[0].first_name)).exists():
            call_command("demo", logins=True, stdout=self.stdout)
        self.stdout.write(_("Stoppa med Ctrl-C. Det du har gjort finns kvar nästa gång."))


async def serve_and_work(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until told to stop, then let the work at hand finish. Work that breaks stops the server with its error."""
    stop = asyncio.Event()
    work = asyncio.create_task(work_beside_server(stop))
    work.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets=[listener])
    finally:
        stop.set()
        await work
