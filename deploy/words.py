"""`make words`: gathers every sentence of the program for translation, and compiles what has been translated.

One catalogue an app (`locale/en/LC_MESSAGES/django.po`, Swedish sentences as keys). New sentences come with an empty
translation, which tests/frontend/test_languages.py names; those no longer in the program are taken out. `--fill FILE`
takes translations from a JSON object of Swedish to English (a list where there is a plural). The Swedish catalogue of
the frontend holds other packages' English in our words, is written by hand, and is only compiled here.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

from babel.messages.catalog import Catalog  # after the settings are named
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("orgs", "deviations", "api", "frontend", "deploy")
LANGUAGE = "en"
DOMAIN = Path("LC_MESSAGES") / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
WIDTH = 120
SINCE = datetime(2026, 1, 1, tzinfo=UTC)

Said = tuple[str | tuple[str, ...], str | None]
"""A sentence (with its plural), and the context that tells it from others that look the same."""


def sentences(app: str) -> list[Said]:
    """Everything that the app says to people, in the order of its files, each once."""
    found = dict.fromkeys(said for path in sorted(_files(ROOT / app)) for said in _of(path))
    return list(found)


def _files(folder: Path) -> Iterator[Path]:
    for path in (*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")):
        if "templates" in path.parts or path.suffix == ".py":
            yield path


def _of(path: Path) -> Iterable[Said]:
    source = path.read_text()
    if path.suffix != ".py":
        masked = templatize(source, origin=str(path))  # all but the sentences are letters, indented as the page was
        source = "\n".join(line.lstrip() for line in masked.splitlines())
    lines = io.BytesIO(source.encode())
    found = extract("python", lines, keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        if message and (message if isinstance(message, str) else message[0]):
            yield message, context


def catalogue(app: str, language: str = LANGUAGE) -> Path:
    return ROOT / app / "locale" / language / DOMAIN


def read(path: Path, language: str = LANGUAGE) -> Catalog:
    if not path.exists():
        return _named(Catalog(locale=language))
    with path.open("rb") as file:
        return _named(read_po(file, locale=language))


def _named(catalog: Catalog) -> Catalog:
    """Dates and names that would differ each time are the same every time: nothing reads them."""
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Samsyn", "1", "-"
    catalog.last_translator = catalog.language_team = "-"
    catalog.fuzzy = False
    catalog.creation_date = catalog.revision_date = SINCE
    return catalog


def gathered(app: str, known: Catalog, filled: dict[str, str | list[str]]) -> Catalog:
    """The sentences of the program with the translations there are."""
    header = f"# English for {app}. Gathered and compiled by: make words"
    fresh = _named(Catalog(locale=LANGUAGE, header_comment=header, charset="utf-8"))
    for message, context in sentences(app):
        first = message if isinstance(message, str) else message[0]
        was = known.get(first, context)
        string = was.string if was is not None and _whole(was.string) else filled.get(first)
        fresh.add(message, string if isinstance(string, str) else tuple(string or ()), context=context)
    return fresh


def _whole(string: str | Sequence[str] | None) -> bool:
    return bool(string) and all(string or ())


def compiled(words: Catalog) -> bytes:
    made = io.BytesIO()
    write_mo(made, words)
    return made.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.words", description=__doc__)
    parser.add_argument("--fill", type=Path, help="JSON of translations to put in where there is none")
    asked = parser.parse_args()
    filled = json.loads(asked.fill.read_text()) if asked.fill else {}
    left = 0
    for app in APPS:
        path = catalogue(app)
        words = gathered(app, read(path), filled)
        if not len(words):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, words, width=WIDTH, no_location=True, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(words))
        empty = [m for m in words if m.id and not _whole(m.string)]
        left += len(empty)
        print(f"{app}: {len(words)} sentences, {len(empty)} not translated")
    swedish = catalogue("frontend", "sv")
    swedish.with_suffix(".mo").write_bytes(compiled(read(swedish, "sv")))
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
