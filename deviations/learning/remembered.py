"""`protect`, remembered: it is seconds of work, and the same numbers give the same answer to whoever asks.

What is kept is only what may be told, under a digest of everything that the answer hangs on. A number that has changed
makes another digest, so nothing outdated is ever given.
"""

import hashlib
from collections.abc import Sequence

from django.core.cache import cache

from deviations.learning.counts import Before, Cell, Counts, Protected
from deviations.learning.protect import protect

RULES = 4
"""To be raised when `protect` comes to answer the same counts in another way."""
DAYS = 7 * 24 * 3600
NEXT, OTHER, END = "\x1f", "\x1e", "\x1d"


def protected(counts: Sequence[Counts], threshold: int, before: Sequence[Before] = ()) -> Protected:
    """As `protect`, at once when the same has been asked within a week by anybody."""
    name = f"protected:{RULES}:{_digest(counts, threshold, before)}"
    kept = cache.get(name)
    if kept is None:
        found = protect(counts, threshold, before)
        kept = _packed(found)
        cache.set(name, kept, DAYS)
    keys, different, which, withheld = kept
    cells = [Cell(value, small) for value, small in different]
    return Protected(
        threshold, dict(zip(keys.split(NEXT) if keys else (), map(cells.__getitem__, which), strict=True)), withheld
    )


def _packed(found: Protected) -> tuple[str, list[tuple[int | None, bool]], list[int], frozenset[str]]:
    """Thousands of cells as few things, which are quick to unpack: one text of keys, and of each key which cell."""
    at: dict[tuple[int | None, bool], int] = {}
    which = [at.setdefault((cell.value, cell.small), len(at)) for cell in found.cells.values()]
    return NEXT.join(found.cells), list(at), which, found.withheld


def _digest(counts: Sequence[Counts], threshold: int, before: Sequence[Before]) -> str:
    found = hashlib.sha256(str(threshold).encode())
    _add(found, counts)
    for was in before:
        found.update(repr((sorted(was.told), sorted(was.withheld), was.same_period)).encode())
        _add(found, was.counts)
    return found.hexdigest()


def _add(found: "hashlib._Hash", counts: Sequence[Counts]) -> None:
    """Told apart by signs that stand in no key."""
    for table in counts:
        cells = sorted(table.cells.items())
        found.update(repr((table.id, [count for _key, count in cells], table.safe)).encode())
        sums = sorted(NEXT.join((one.total, *one.parts)) for one in table.sums)
        for keys in ((key for key, _count in cells), sums, sorted(table.latent)):
            found.update(f"{OTHER.join(keys)}{END}".encode())
