"""Reads the topics and the words, refuses what is broken, and finds them by page, role and words (A17).

A folder per language would drift apart: every text stands in both languages in one place, and one that lacks either
does not load. The texts are the same for everyone and read no database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from django.urls import reverse
from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
Role = Literal["reporter", "unit", "coordinator", "steering", "board", "administrator", "everyone"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
FIRST_WORDS = 140


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(Data):
    """The same in Swedish and English."""

    sv: Annotated[str, Field(min_length=3)]
    en: Annotated[str, Field(min_length=3)]

    def __str__(self) -> str:
        return self.en if (get_language() or "sv").startswith("en") else self.sv


class Topic(Data):
    """One question with its answer. `pages`: names of the addresses for which this is the help."""

    key: Slug
    roles: tuple[Role, ...]
    asks: Said
    answer: tuple[Said, ...]
    pages: tuple[str, ...] = ()
    words: tuple[Slug, ...] = ()
    see: tuple[Slug, ...] = ()

    @property
    def question(self) -> str:
        return str(self.asks)

    @property
    def url(self) -> str:
        return reverse("help_topic", args=[self.key])

    @property
    def first_words(self) -> str:
        text = str(self.answer[0])
        return text if len(text) <= FIRST_WORDS else f"{text[:FIRST_WORDS].rsplit(' ', 1)[0]} …"

    def texts(self) -> tuple[str, ...]:
        return (self.question, *(str(part) for part in self.answer))


class Word(Data):
    """A word of the field, explained where it stands."""

    key: Slug
    asks: Said
    means: Said


class _Book(Data):
    topics: tuple[Topic, ...]
    words: tuple[Word, ...]


@lru_cache(maxsize=1)
def book() -> _Book:
    """Raises ValueError for a broken file, a key used twice, two topics of a page for one role, a link to nowhere."""
    read: dict[str, list[Any]] = {"topics": [], "words": []}
    for path in sorted(FOLDER.glob("*.yaml")):
        for kind, listed in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            read[kind].extend(listed)
    made = _Book.model_validate(read)
    topics = _once([topic.key for topic in made.topics])
    words = _once([word.key for word in made.words])
    _once([f"{page} for {role}" for topic in made.topics for page in topic.pages for role in topic.roles])
    linked = {key for topic in made.topics for key in topic.see} - topics
    named = {key for topic in made.topics for key in topic.words} - words
    if linked or named:
        raise ValueError(f"no such topic or word: {sorted(linked | named)}")
    return made


def _once(keys: Sequence[str]) -> set[str]:
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(f"more than once: {sorted(twice)}")
    return set(keys)


def topic(key: str) -> Topic | None:
    return next((each for each in book().topics if each.key == key), None)


def word(key: str) -> Word:
    """Raises KeyError for a word that nobody has explained."""
    for each in book().words:
        if each.key == key:
            return each
    raise KeyError(key)


def of_page(name: str) -> list[Topic]:
    """The help of the address with that name: one topic, or one for each role that sees it differently."""
    return [each for each in book().topics if name in each.pages]


def about(is_in: Callable[..., bool]) -> list[Topic]:
    """Those whose question or answer holds the words, by `is_in`; those whose question does first."""
    found = [each for each in book().topics if is_in(*each.texts())]
    return sorted(found, key=lambda each: not is_in(each.question))
