"""`manage.py demo`: fill an empty database with the demo, or say who can be logged in as."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from deviations import demo
from deviations.demo.people import LOGINS, PASSWORD, email_of
from orgs.models import County


class Command(BaseCommand):
    help = "Fyll en tom databas med demolän, människor och historik."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--past", type=int, default=demo.PAST_DEVIATIONS, help="antal genererade avvikelser")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--logins", action="store_true", help="skriv bara ut inloggningarna")

    def handle(self, *args: Any, past: int, seed: int, logins: bool, **options: Any) -> None:
        if not logins:
            if County.objects.exists():
                raise CommandError("Databasen är inte tom. Demon läggs bara i en ny databas.")
            demo.load(self.stdout.write, past=past, seed=seed)
        for login in LOGINS:
            self.stdout.write(f"  {email_of(login.first_name):<22} {login.says}")
        self.stdout.write(f"  Lösenord för alla: {PASSWORD}")
