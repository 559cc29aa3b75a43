"""manage.py guard: what the privacy guard says of each line on standard input. Stores nothing."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from deviations.privacy import Finding, scan


class Command(BaseCommand):
    help = _("Läser rader (UTF-8) från standard in och visar vad integritetsskyddet säger om varje rad.")
    requires_system_checks = ()
    # Lines to read instead of standard input, for a caller inside the process.
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("Ett JSON-objekt per rad."))

    def handle(self, *args: Any, stdin: BinaryIO | None = None, **options: Any) -> None:
        """Exit status 0 whatever is found; 2 when the input is not UTF-8, since nothing can be said of it."""
        for number, text in _lines(stdin or sys.stdin.buffer):
            findings = scan(text)
            if options["json"]:
                self.stdout.write(json.dumps(as_data(number, text, findings), ensure_ascii=False))
            else:
                self.stdout.write(as_text(number, findings))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(stream, start=1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            reason = _("Rad %(line)d är inte UTF-8 (byte %(byte)d). Spara filen som UTF-8 och försök igen.")
            raise CommandError(reason % {"line": number, "byte": error.start + 1}, returncode=2) from error
        yield number, text.rstrip("\r\n")


def as_data(number: int, text: str, findings: list[Finding]) -> dict[str, Any]:
    """One line as JSON; each code once, in the order it stands."""
    return {
        "line": number,
        "text": text,
        "blocked": any(finding.blocks for finding in findings),
        "refused": list(dict.fromkeys(finding.code for finding in findings if finding.blocks)),
        "warned": list(dict.fromkeys(finding.code for finding in findings if not finding.blocks)),
        "findings": [asdict(finding) for finding in findings],
    }


def as_text(number: int, findings: list[Finding]) -> str:
    """One line for a person to read; places are counted from 1."""
    if not findings:
        return _("Rad %(line)d: inget att ändra.") % {"line": number}
    rows = []
    for finding in findings:
        what = _("Ta bort") if finding.blocks else _("Se över")
        row = f"  {what}: {finding.text} ({finding.start + 1}–{finding.end}). {finding.message}"
        if finding.suggestion:
            row += " " + _("Förslag: %(words)s.") % {"words": finding.suggestion}
        rows.append(row)
    return "\n".join([_("Rad %(line)d:") % {"line": number}, *rows])
