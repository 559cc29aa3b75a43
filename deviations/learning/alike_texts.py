"""Which texts say the same in other words: TF-IDF over Swedish stems and parts of words, grouped by likeness (B03).

Stems alone leave "läkemedel" and "läkemedlet" apart; parts of words hold them together. The same texts in the same
order give the same groups. Memory grows with the square of the number of texts, so the caller gives at most `MOST`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from deviations.search import stem_of, words_of

MOST = 2_000
"""Texts in one go: the distances between them take 16 MB then, and their words some tens more."""
ALIKE = 0.33
"""Mean likeness (cosine, 0–1) within a group. Found on texts of which we know what they are about: see the tests."""
PARTS_WEIGH = 0.6  # parts of words beside whole stems
TERMS = 6
SHORTEST = 3  # words; a text of fewer says too little to be like another

_COMMON = frozenset(
    words_of(
        """och att det som en i på är av för med till den har de inte om ett han hon men var jag sig från vi så kan när
        hade nu ska skulle eller utan där bara också under över efter vid mot upp ut då vara blev kom fick få får blir
        man detta denna dessa än här sin sitt sina vår vårt våra ni er ert era du oss dem deras hans hennes mycket mer
        mellan genom sedan innan trots varje någon något några ingen inget inga annan annat andra samt alla allt"""
    )
)


@dataclass(frozen=True, slots=True)
class Group:
    """`members`: places in the sequence given. `terms`: the words that bind them, as they are written, the most telling
    first; `stems`: the same as stems, by which a group is known again when its words are inflected otherwise."""

    members: tuple[int, ...]
    terms: tuple[str, ...]
    stems: tuple[str, ...]


def groups_of(texts: Sequence[str], *, at_least: int) -> list[Group]:
    """The groups of `at_least` texts or more, the largest first. Raises ValueError for more than `MOST`."""
    if len(texts) > MOST:
        raise ValueError(f"{len(texts)} texts at once; at most {MOST}")
    kept = [place for place, text in enumerate(texts) if len(set(_stems(text))) >= SHORTEST]
    if len(kept) < at_least:
        return []
    matrix, names = _weighed([texts[place] for place in kept])
    labels = _labels(matrix)
    by_label: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        by_label.setdefault(label, []).append(row)
    found = [
        _group(rows, kept, matrix[:, : len(names)], names, texts) for rows in by_label.values() if len(rows) >= at_least
    ]
    return sorted(found, key=lambda group: (-len(group.members), group.members))


def _weighed(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """One row per text, stems first and then parts of words; the names of the stems."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    stems = TfidfVectorizer(analyzer=_stems, sublinear_tf=True)
    parts = TfidfVectorizer(analyzer=_parts, sublinear_tf=True, min_df=2 if len(texts) > 1 else 1)
    whole = stems.fit_transform(texts)
    try:
        both = hstack([whole, parts.fit_transform(texts) * PARTS_WEIGH]).tocsr()
    except ValueError:  # no part of a word is in two texts
        both = whole.tocsr()
    return normalize(both), list(stems.get_feature_names_out())


def _labels(matrix: Any) -> list[int]:
    """Average linkage: a chain of texts, each like the next one only, does not become one group."""
    if matrix.shape[0] == 1:
        return [0]
    import numpy
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = 1.0 - (matrix @ matrix.T).toarray()
    numpy.clip(distances, 0.0, 2.0, out=distances)
    numpy.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances.round(9), checks=False), method="average")
    return [int(label) for label in fcluster(tree, t=1.0 - ALIKE, criterion="distance")]


def _group(rows: Sequence[int], kept: Sequence[int], matrix: Any, names: Sequence[str], texts: Sequence[str]) -> Group:
    import numpy

    together = matrix[rows]
    weight = numpy.asarray(together.mean(axis=0)).ravel()
    shared = numpy.asarray((together > 0).sum(axis=0)).ravel() * 2 >= len(rows)  # in half of them at least
    order = sorted(range(len(names)), key=lambda column: (-round(float(weight[column]), 9), names[column]))
    telling = [column for column in order if shared[column] and weight[column] > 0][:TERMS]
    members = tuple(kept[row] for row in rows)
    stems = tuple(names[column] for column in telling)
    return Group(members, tuple(_as_written(stem, [texts[m] for m in members]) for stem in stems), stems)


def _as_written(stem: str, texts: Sequence[str]) -> str:
    """The form in which most of them write it; the first in the alphabet of those as common."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in set(words_of(text)):
            if stem_of(word) == stem:
                counts[word] = counts.get(word, 0) + 1
    return min(counts, key=lambda word: (-counts[word], word), default=stem)


def _stems(text: str) -> list[str]:
    return [stem_of(word) for word in _telling(text)]


def _parts(text: str) -> list[str]:
    return [part for word in _telling(text) for part in _parts_of(word)]


def _telling(text: str) -> list[str]:
    return [word for word in words_of(text) if len(word) > 1 and word not in _COMMON and not word.isdigit()]


@lru_cache(maxsize=20_000)
def _parts_of(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(edged[at : at + size] for size in (4, 5) for at in range(len(edged) - size + 1))
