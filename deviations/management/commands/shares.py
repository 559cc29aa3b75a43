"""`manage.py shares`: a published table of plain counts, printed as a report would print it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning.shares import Rounding
from deviations.reports.plain_counts import Plain, differing, read, table_of


class Command(BaseCommand):
    help = _("Läser en tabell med antal (CSV) och skriver den som i en rapport, med andelar.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("vad; antal; och, om den finns, andelen som den är tryckt"))
        modes = [mode.value for mode in Rounding]
        parser.add_argument("--rounding", choices=modes, default=Rounding.LARGEST_REMAINDER.value)

    def handle(self, *args: Any, file: Path, rounding: str, **options: Any) -> None:
        """Exit status 1 for a file that is no such table."""
        try:
            counted = read(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as wrong:
            raise CommandError(str(wrong)) from wrong
        table = table_of(counted, rounding=Rounding(rounding))
        rows = [table.head, *([cell.text for cell in row] for row in (*table.rows, table.foot))]
        widths = [max(len(row[at]) for row in rows) for at in range(3)]
        for row in rows:
            self.stdout.write(f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}")
        self.stdout.write(table.note)
        if len(counted.head) == 3:
            self.stdout.write(_compared(counted, differing(counted, table)))


def _compared(counted: Plain, other: list[str]) -> str:
    if not other:
        return _("Varje andel är som den är tryckt.")
    said = ngettext("%(n)d andel av %(of)d är inte som den är tryckt: %(rows)s.",
                    "%(n)d andelar av %(of)d är inte som de är tryckta: %(rows)s.", len(other))  # fmt: skip
    return said % {"n": len(other), "of": len(counted.rows), "rows": ", ".join(other)}
