"""The privacy guard as the first step shows it: what is marked, why, and the words that one press puts in instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations import privacy
from frontend.components import Finding as Mark
from frontend.components import marked


@dataclass(frozen=True)
class Swap:
    """One press. `was` is what stands there, so that a text changed meanwhile is noticed; `words` is "" to remove."""

    start: int
    end: int
    was: str
    words: str

    @property
    def value(self) -> str:
        return f"{self.start}:{self.end}:{self.words}"


@dataclass(frozen=True)
class Place:
    """One place in the text where the guard stopped (`blocks`) or wonders."""

    blocks: bool
    text: str
    why: str
    swaps: tuple[Swap, ...]


@dataclass(frozen=True)
class Guarded:
    places: list[Place]
    marks: SafeString

    @property
    def blocking(self) -> int:
        return sum(place.blocks for place in self.places)

    @property
    def left(self) -> str:
        """How much remains to change, or nothing."""
        if not self.blocking:
            return ""
        words = ngettext("Ett ställe kvar att ändra.", "%(count)d ställen kvar att ändra.", self.blocking)
        return words % {"count": self.blocking}


def guarded(text: str, *, not_names: Collection[str] = ()) -> Guarded:
    """What must go first, then what to think over, each in the order it stands.

    `not_names`: words that the writer has said are no name; they are not asked about again.
    """
    found = [f for f in privacy.scan(text) if f.blocks or f.text not in not_names]
    marks: list[Mark] = [
        {"level": "block" if f.blocks else "warn", "start": f.start, "end": f.end, "text": f.text, "why": f.message}
        for f in found
    ]
    places = [Place(f.blocks, f.text, f.message, _swaps(text, f)) for f in found]
    return Guarded(sorted(places, key=lambda place: not place.blocks), marked(text, marks))


def swapped(text: str, value: str) -> str:
    """The text with an offered swap carried out; unchanged when it is not offered (any more)."""
    for place in guarded(text).places:
        for swap in place.swaps:
            if swap.value == value:
                return text[: swap.start] + swap.words + text[swap.end :]
    return text


def _swaps(text: str, finding: privacy.Finding) -> tuple[Swap, ...]:
    offered = [finding] if finding.suggestion else []
    if finding.blocks:
        offered.append(replace(finding, suggestion=""))
    changes = [privacy.replacement(text, each) for each in offered]
    return tuple(Swap(c.start, c.end, text[c.start : c.end], c.words) for c in changes)


def saved_words(guard: Guarded | None = None) -> list[str]:
    """What stands beside the button: what is left, and that the draft is kept."""
    return [words for words in (guard.left if guard else "", _("Utkastet är sparat.")) if words]
