"""The visible list as a file: streamed page by page, so that a right that ends stops it, and nothing is held in memory.

Only what every reader of a deviation may read; the parts that point at a person are never exported.
"""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from api.serializers.deviations import DeviationListed
from deviations.models import Deviation
from deviations.spreadsheet import as_text

PAGE = 500
Reader = AbstractBaseUser | AnonymousUser


def rows(user: Reader, where: Q | None) -> Iterator[dict[str, Any]]:
    """Newest first. Rights are asked again for each page."""
    after = None
    while True:
        page = Deviation.objects.visible_to(user).newest(where=where, after=after, size=PAGE)
        yield from DeviationListed(page.rows, many=True).data
        if page.next is None:
            return
        after = page.next


def as_json(user: Reader, where: Q | None) -> Iterator[str]:
    """One array, as in the list's `results`."""
    separator = "["
    for row in rows(user, where):
        yield separator + json.dumps(row, ensure_ascii=False, default=str)
        separator = ",\n"
    yield "]" if separator != "[" else "[]"


def as_csv(user: Reader, where: Q | None) -> Iterator[str]:
    """Semicolons and a byte order mark, as Swedish spreadsheets read it without asking."""
    columns = list(DeviationListed().fields)
    writer = csv.writer(_Line(), delimiter=";")
    yield "\ufeff" + writer.writerow(columns)
    for row in rows(user, where):
        yield writer.writerow([cell(row[name]) for name in columns])


def cell(value: Any) -> str:
    """Text that a spreadsheet shows and never computes: what could begin a formula gets an apostrophe first."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = value["name"]
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    return as_text(str(value))


class _Line:
    """A file whose `write` hands the line back, so that the csv writer can be read from."""

    def write(self, line: str) -> str:
        return line
