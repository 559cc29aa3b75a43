"""Reads the tables beside this file: one line per method and address, with the expected answer for each person.

    who                        anonymous anna bo …
    GET /mina/                 login     200  200
    POST /avvikelse/{filed}/…  login     403  200    | {"text": "…"}

{filed} and the like are named in `world`. A comma joins methods with the same answers. After "|" stands what is sent,
as JSON. "login" is a redirect to the log-in; everything else is the status.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import resolve

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    table: str
    method: str
    address: str
    expected: dict[str, str]
    body: dict | None

    def __str__(self):
        sent = f" {json.dumps(self.body)}" if self.body else ""
        return f"{self.method} {self.address}{sent}"


def read(name):
    """Raises ValueError for a line with too few or too many answers."""
    who, rows = None, []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        asked, _bar, sent = line.partition(" | ")
        words = asked.split()
        if words[0] == "who":
            who = words[1:]
            continue
        methods, address, *answers = words
        expected = dict(zip(who, answers, strict=True))
        body = json.loads(sent) if sent else None
        rows += [Row(name, method, address, expected, body) for method in methods.split(",")]
    return rows


PAGES, ACCOUNT, API = read("pages"), read("account"), read("api")
ALL = [*PAGES, *ACCOUNT, *API]


def filled(world, row, fill):
    """The address and the content, with something in the places of the names. `fill` is one of the world's two."""
    return fill(row.address), None if row.body is None else json.loads(fill(json.dumps(row.body)))


def route_of(world, address):
    return resolve(urlsplit(world.fill(address)).path).route


def outcome(response):
    if response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL)):
        return "login"
    return str(response.status_code)
