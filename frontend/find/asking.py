"""What is sought, by whom, and where: read once and shared by every group of hits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from deviations.models import Deviation
from deviations.search import LONGEST_WORDS, matching, stem_of, words_of
from frontend.components import Tone
from frontend.requests import Request
from frontend.workplace import workplace_of
from orgs.models import County, User
from orgs.permissions import Keys, keys_of
from orgs.profiles.schema import Profile

HITS_READ = 100  # of the newest deviations that hold the words; decisions and measures are sought in those
LOOKED_THROUGH = 300  # rows of what has no index of words: newest first, never a whole table


@dataclass(frozen=True)
class Hit:
    """One line of an answer. `beside` says what it is or how to reach it; `flag` what is wrong with it."""

    title: str
    url: str
    beside: str = ""
    flag: str = ""
    tone: Tone = ""


class Asking:
    """The words, and what is known of the person who asks. Each part is read when a group first needs it."""

    def __init__(self, request: Request, typed: str) -> None:
        self.request = request
        self.user: User = request.user
        self.typed = typed.strip()[:LONGEST_WORDS]
        self.words = tuple(dict.fromkeys(words_of(self.typed)))

    @cached_property
    def keys(self) -> Keys:
        return keys_of(self.user)

    @cached_property
    def county(self) -> County | None:
        """Whose units, bodies and agreements are looked among. None for who holds no role."""
        place = workplace_of(self.request)
        return place.county if place else None

    @cached_property
    def profile(self) -> Profile | None:
        place = workplace_of(self.request)
        return place.profile() if place else None

    @cached_property
    def deviations(self) -> list[Deviation]:
        """The newest that hold the words, among what the person may see: through the one door."""
        return Deviation.objects.visible_to(self.user).newest(where=matching(self.typed), size=HITS_READ).rows

    def is_in(self, *texts: str) -> bool:
        """Whether every word, in any of its forms or begun, stands in the texts together."""
        return bool(self.words) and _holds(self.words, *_tokens(" ".join(texts)))


def _holds(asked: Iterable[str], tokens: frozenset[str], stems: frozenset[str]) -> bool:
    return all(
        word in tokens or stem_of(word) in stems or any(token.startswith(word) for token in tokens) for word in asked
    )


@lru_cache(maxsize=2_000)
def _tokens(text: str) -> tuple[frozenset[str], frozenset[str]]:
    words = words_of(text)
    return frozenset(words), frozenset(stem_of(word) for word in words)
