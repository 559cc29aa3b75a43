"""The groups of an answer, in the order in which they stand. Deviations come first and have their own rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.find import county, work
from frontend.find.asking import Asking, Hit
from frontend.help import topics

FEW = 5  # of each kind among all kinds
MOST = 50  # of one kind alone
DEVIATIONS = "avvikelser"


@dataclass(frozen=True)
class Group:
    """`quick`: asked while one types, so it reads nothing large."""

    key: str
    label: str | Promise
    find: Callable[[Asking, int], list[Hit]]
    quick: bool = False


@dataclass(frozen=True)
class Found:
    group: Group
    hits: list[Hit]
    all_url: str


def help_topics(asking: Asking, most: int) -> list[Hit]:
    """Topics of the manual, in the reader's language. No statement."""
    return [Hit(topic.question, topic.url, topic.first_words) for topic in topics.about(asking.is_in)[:most]]


GROUPS: Sequence[Group] = (
    Group("verksamheter", _("Verksamheter"), county.units, quick=True),
    Group("organ", _("Organ"), county.bodies, quick=True),
    Group("ansvar", _("Vem ansvarar, och rutinen"), county.responsibility, quick=True),
    Group("overenskommelser", _("Överenskommelser och punkter"), county.agreements, quick=True),
    Group("moten", _("Möten och protokoll"), work.meetings),
    Group("beslut", _("Beslut"), work.decisions),
    Group("atgarder", _("Åtgärder"), work.measures),
    Group("vagledande", _("Vägledande avgöranden"), work.precedents),
    Group("larfall", _("Lärfall"), work.cases),
    Group("rapporter", _("Rapporter"), work.reports),
    Group("personer", _("Personer med roll hos er"), work.people),
    Group("hjalp", _("Hjälp"), help_topics, quick=True),
)


def group_of(key: str) -> Group | None:
    return next((group for group in GROUPS if group.key == key), None)


def found(asking: Asking, groups: Sequence[Group], few: int = FEW) -> list[Found]:
    """Those with any hit, at most `few` of each; `all_url` leads on when there are more."""
    made = []
    for group in groups:
        if hits := group.find(asking, few + 1):
            more = f"{reverse('search')}?{urlencode({'q': asking.typed, 'grupp': group.key})}"
            made.append(Found(group, hits[:few], more if len(hits) > few else ""))
    return made
