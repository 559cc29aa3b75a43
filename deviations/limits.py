"""A value against the board's target and against the law, in words: a met target never hides a breach (H04).

Pure. Colour only repeats what the words say.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

Tone = Literal["", "good", "going", "late"]
COUNT = "antal"
"""The unit of what is only counted; it does not stand beside the number."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`meets`, `lawful`: None when there is nothing to compare with, or the value is hidden. `words` is a sentence."""

    meets: bool | None
    lawful: bool | None
    words: str
    tone: Tone


def judged(
    value: float | None,
    *,
    target: float | None,
    limit: float | None,
    higher_is_better: bool = True,
    lawful_value: float | None = None,
) -> Judged:
    """`lawful_value` is the number that the law counts, when it counts in another way than the board does."""
    against_law = value if lawful_value is None else lawful_value
    meets = _compared(value, target, higher_is_better)
    lawful = _compared(against_law, limit, higher_is_better)
    if value is None and lawful is None:
        return Judged(None, None, _("För få för att visas."), "")
    words, tone = _said(meets, lawful)
    return Judged(meets, lawful, words, tone)


def _compared(value: float | None, other: float | None, higher_is_better: bool) -> bool | None:
    if value is None or other is None:
        return None
    return value >= other if higher_is_better else value <= other


def _said(meets: bool | None, lawful: bool | None) -> tuple[str, Tone]:
    """The breach first: it is what must be seen."""
    table: dict[tuple[bool | None, bool | None], tuple[str, Tone]] = {
        (True, True): (_("Målet nås och lagens gräns hålls."), "good"),
        (True, False): (_("Lagens gräns bryts, fast målet nås."), "late"),
        (True, None): (_("Målet nås."), "good"),
        (False, True): (_("Målet nås inte. Lagens gräns hålls."), "going"),
        (False, False): (_("Lagens gräns bryts och målet nås inte."), "late"),
        (False, None): (_("Målet nås inte."), "going"),
        (None, True): (_("Lagens gräns hålls. Inget mål är satt."), "good"),
        (None, False): (_("Lagens gräns bryts. Inget mål är satt."), "late"),
        (None, None): (_("Inget mål är satt."), ""),
    }
    return table[meets, lawful]


def told(value: float | None, unit: str) -> str:
    """ "82,5 %", "12 dagar", "1 602"; "··" for a hidden one. At most one decimal, as Swedish writes it."""
    if value is None:
        return "··"
    number = f"{value:,.1f}".removesuffix(".0").replace(",", "\u202f").replace(".", ",")
    return number if unit == COUNT else f"{number}\u00a0{unit}"
