"""What a pattern rests on, as it is stored and as it is said: what is shared, how many, what was to be expected (B03).

Numbers and names are stored; sentences are made when they are read. The words that bind texts together are for those
who read the deviations themselves, and leave in nothing else.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning.patterns import Candidate, Found
from deviations.learning.unusual import FALSE_SHARE

NEVER = 1_000_000  # one time in more than this many is not told more exactly


def stored(candidate: Candidate, found: Found, names: Mapping[tuple[str, str], str], *, months: int) -> dict[str, Any]:
    """`months`: how many the latest months are. JSON types only."""
    unusual = candidate.unusual
    return {
        "kind": candidate.kind,
        "shared": [[what, id, names.get((what, id), id)] for what, id in candidate.shared],
        "rule": unusual.rule,
        "observed": unusual.observed,
        "expected": round(unusual.expected, 2),
        "p": float(f"{unusual.p:.3g}"),
        "q": float(f"{candidate.q:.3g}"),
        "tried": candidate.tried,
        "months": months,
        "since": found.since.isoformat() if found.since else "",
        "alike": len(candidate.members),
        "terms": list(candidate.terms),
        "stems": list(candidate.stems),
    }


def title(candidate: Candidate, names: Mapping[tuple[str, str], str]) -> str:
    """What it may be called until the group says better. No word of any text is in it."""
    shared = [names.get(pair, pair[1]) for pair in candidate.shared]
    if candidate.kind == "text":
        return _("Liknande berättelser: %(about)s") % {"about": ", ".join(shared)} if shared else _(
            "Liknande berättelser"
        )  # fmt: skip
    if candidate.kind in ("interface", "interface_kind"):
        return _("Gränssnittet %(sides)s") % {"sides": " – ".join(shared)}
    return ", ".join(shared)


def how_many(evidence: Mapping[str, Any]) -> str:
    """ "7 gånger på 3 månader; väntat 1,9." """
    times = evidence["observed"]
    words = {"expected": _one_decimal(evidence["expected"]), "months": evidence["months"], "times": times}
    if evidence["rule"] == "together":
        words["alike"] = evidence["alike"]
        return _("%(times)d av %(alike)d som berättar samma sak gäller samma enhet; väntat %(expected)s.") % words
    head = ngettext("%(times)d gång på %(months)d månader", "%(times)d gånger på %(months)d månader", times) % words
    if not evidence["expected"]:
        return _("%(head)s; inte en gång tidigare.") % {"head": head}
    return _("%(head)s; väntat %(expected)s.") % {"head": head, "expected": words["expected"]}


def how_unusual(evidence: Mapping[str, Any]) -> str:
    """ "Så många blir det av en slump ungefär 1 gång på 250." """
    p = evidence["p"]
    if p * NEVER < 1:
        return _("Så många blir det av en slump mer sällan än 1 gång på en miljon.")
    times = number_format(_rounded(1 / p), force_grouping=True)
    return _("Så många blir det av en slump ungefär 1 gång på %(times)s.") % {"times": times}


def rule(evidence: Mapping[str, Any]) -> str:
    """The rule by which it is called unusual, in words."""
    words = {"tried": evidence["tried"], "share": round(FALSE_SHARE * 100)}
    if evidence["rule"] == "together":
        how = _(
            "Regel: bland avvikelser av samma slag jämförs hur ofta liknande berättelser gäller samma enhet med hur "
            "ofta alla andra gör det (hypergeometrisk svans)."
        )
    else:
        how = _(
            "Regel: antalet de senaste månaderna jämförs med vad gruppens egna tidigare månader ger anledning att "
            "vänta, när hänsyn är tagen till hur mycket som anmäls i allt (binomial svans)."
        )
    corrected = _(
        "Rättat för att %(tried)d samband prövades: i längden är högst %(share)d %% av förslagen en slump "
        "(Benjamini–Hochberg)."
    )
    return f"{how} {corrected % words}"


def _rounded(times: float) -> int:
    """Two figures that mean something: 247 is 250."""
    whole = round(times)
    size: int = 10 ** max(len(str(whole)) - 2, 0)
    return round(whole / size) * size


def _one_decimal(number: float) -> str:
    shown = round(number, 1)
    return number_format(shown, 0 if shown == int(shown) else 1)
