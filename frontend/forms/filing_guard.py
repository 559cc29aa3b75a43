"""The privacy guard as filing shows it beside each free text: what is marked, why, and the words that one press puts in
instead (A05)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from deviations import privacy
from frontend.components import Finding as Mark
from frontend.components import marked

TOLD = 8
"""How many places are told of at once. All are marked; the next come when the first are gone."""


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
    """`found` holds every place, what must go first; `places` those that are told of at once, with their swaps."""

    found: list[privacy.Finding]
    places: list[Place]
    marks: SafeString

    @property
    def blocking(self) -> int:
        return sum(each.blocks for each in self.found)

    @property
    def more(self) -> int:
        """How many more are marked in the text than are told of."""
        return len(self.found) - len(self.places)

    @property
    def left(self) -> str:
        """How much remains to change, or nothing."""
        if not self.blocking:
            return ""
        words = ngettext("Ett ställe kvar att ändra.", "%(count)d ställen kvar att ändra.", self.blocking)
        return words % {"count": self.blocking}

    @property
    def said(self) -> list[str]:
        """How many places and which, for those who cannot see the marks."""
        stop = [each.text for each in self.found if each.blocks]
        warn = [each.text for each in self.found if not each.blocks]
        sentences = []
        if stop:
            words = ngettext(
                "Ett ställe måste ändras: %(which)s.", "%(count)d ställen måste ändras: %(which)s.", len(stop)
            )
            sentences.append(words % {"count": len(stop), "which": _listed(stop)})
        if warn:
            words = ngettext(
                "Ett ställe att se över: %(which)s.", "%(count)d ställen att se över: %(which)s.", len(warn)
            )
            sentences.append(words % {"count": len(warn), "which": _listed(warn)})
        return sentences


def guarded(text: str, *, not_names: Collection[str] = ()) -> Guarded:
    """What must go first, then what to think over, each in the order it stands.

    `not_names`: words that the writer has said are no name; they are not asked about again.
    """
    found = [f for f in privacy.scan(text) if f.blocks or f.text not in not_names]
    marks: list[Mark] = [
        {"level": "block" if f.blocks else "warn", "start": f.start, "end": f.end, "text": f.text, "why": f.message}
        for f in found
    ]
    first = sorted(found, key=lambda each: not each.blocks)
    places = [Place(f.blocks, f.text, f.message, _swaps(text, f)) for f in first[:TOLD]]
    return Guarded(first, places, marked(text, marks))


def swapped(text: str, value: str) -> str:
    """The text with an offered swap carried out; unchanged when it is not offered (any more)."""
    for finding in privacy.scan(text):
        for swap in _swaps(text, finding):
            if swap.value == value:
                return text[: swap.start] + swap.words + text[swap.end :]
    return text


def _listed(texts: list[str]) -> str:
    return ", ".join(dict.fromkeys(texts[:TOLD]))


def _swaps(text: str, finding: privacy.Finding) -> tuple[Swap, ...]:
    offered = [finding] if finding.suggestion else []
    if finding.blocks:
        offered.append(replace(finding, suggestion=""))
    changes = [privacy.replacement(text, each) for each in offered]
    return tuple(Swap(c.start, c.end, text[c.start : c.end], c.words) for c in changes)
