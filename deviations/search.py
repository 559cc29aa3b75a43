"""Full-text search over deviations, by Swedish word stems. Every search of the pages and the API is `matching`.

Stems are made here and stored with the row, so that both engines are asked for the same tokens and give the same hits:
PostgreSQL by a GIN index over the tokens, SQLite by an FTS5 table that triggers keep (migration 0006). Which
deviations a person may see is another question: `matching` belongs in `where=` straight after `visible_to`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import snowballstemmer
from django.apps import apps
from django.db import models
from django.db.models import Lookup, Q
from django.db.models.expressions import Col

NUMBER = re.compile(r"^(?:[A-ZÅÄÖ]{2,3}-)?(\d{4})-(\d{1,7})$", re.IGNORECASE)
LONGEST_WORDS = 200  # characters of a question that are read
LONGEST_TOKEN = 60
FEW = 2_000
"""Up to so many hits are collected from the index first; asking them for rights is then quick for everyone. More hits
than that are so common that the newest page is soon full."""

_TOKEN = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("swedish")


def tokens_of(*texts: str) -> str:
    """What `search_stems` holds: every word once, and its stem beside it where it differs, in the order of the text."""
    return _written(token for text in texts for word in words_of(text) for token in (word, stem_of(word)))


def with_more(search_stems: str, *texts: str) -> str:
    """The same with what has been said since."""
    return _written([*search_stems.split(), *tokens_of(*texts).split()])


def words_of(text: str) -> list[str]:
    """Letters and digits only: quotes, hyphens and a search language's operators part words and mean nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word[:LONGEST_TOKEN] for word in _TOKEN.findall(plain)]


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Snowball's Swedish stem. It leaves the ending of "skolan" and "samverkan", which is taken off here first."""
    if word.endswith("an") and len(word) > 4:
        word = word[:-1]
    return str(_stemmer.stemWord(word))


def matching(words: str) -> Q:
    """Those that hold every word in any of its forms, the last word also begun; or the one with that number.

    Everything without words, nothing when the words are signs alone. At most one statement.
    """
    words = words.strip()[:LONGEST_WORDS]
    if not words:
        return Q(pk__isnull=False)
    if number := NUMBER.match(words):
        return Q(year=int(number[1]), number=int(number[2]))
    asked = words_of(words)
    if not asked:
        return Q(pk=0)
    common = Q(search_stems__tokens=" ".join(asked))
    found = _deviations().filter(common).order_by().values_list("pk", flat=True)[: FEW + 1]
    few = list(found)
    return Q(search_stems__tokens_of_row=" ".join(asked)) if len(few) > FEW else Q(pk__in=few or [0])


def _written(tokens: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(tokens))


def _deviations() -> Any:
    return apps.get_model("deviations", "Deviation")._default_manager


@models.TextField.register_lookup
class Tokens(Lookup[Any]):
    """`search_stems__tokens="kallelser möt"`: every word's stem, and anything that begins as the last word does."""

    lookup_name = "tokens"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        *whole, last = str(self.rhs).split()
        parts = [f"'{stem_of(word)}'" for word in whole]
        query = " & ".join([*parts, f"('{stem_of(last)}' | '{last}':*)"])
        return f"array_to_tsvector(string_to_array({column}, ' ')) @@ %s::tsquery", [*params, query]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        assert isinstance(self.lhs, Col)  # noqa: S101  # a plain column: the table beside it holds no other
        key = Col(self.lhs.alias, _deviations().model._meta.pk)
        column, params = compiler.compile(key)
        *whole, last = str(self.rhs).split()
        parts = [f'"{stem_of(word)}"' for word in whole]
        query = " AND ".join([*parts, f'("{stem_of(last)}" OR "{last}"*)'])
        inside = "SELECT rowid FROM deviations_search WHERE deviations_search MATCH %s"
        return f"{column} IN ({inside})", [*params, query]


@models.TextField.register_lookup
class TokensOfRow(Tokens):
    """The same, asked row by row: for words so common that the first rows that are met will do.

    SQLite's index would collect every hit for each statement; the tokens of one row are read faster than that.
    """

    lookup_name = "tokens_of_row"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        *whole, last = str(self.rhs).split()
        holds = f"instr(' ' || {column} || ' ', %s) > 0"
        wanted = [f" {stem_of(word)} " for word in whole]
        parts = [*[holds] * len(whole), f"({holds} OR {holds})"]
        given = [*wanted, f" {stem_of(last)} ", f" {last}"]
        return " AND ".join(parts), [param for word in given for param in (*params, word)]
