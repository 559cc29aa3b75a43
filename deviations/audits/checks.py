"""The register's own checks: does an audit agree with itself, and does anybody answer (J03)? Pure functions.

A claim about how many remain is held against what the audit itself says of each. Where it says nothing that we know,
the number could be anything in between, and nothing is claimed to be wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Code = Literal["count", "contradiction", "remaining", "overdue", "unanswered", "no_evidence", "no_evaluation"]
WORDS = {"done": "åtgärdad", "partly": "kvarstår delvis", "remains": "kvarstår"}


@dataclass(frozen=True, slots=True)
class Claim:
    """`about`: "total", "remaining", or the year in which the recommendations were first given."""

    where: str
    about: str | int
    says: int


@dataclass(frozen=True, slots=True)
class Judged:
    status: str
    evidence: str = ""
    evaluation: str = ""


@dataclass(frozen=True, slots=True)
class Recommended:
    """`said`: (where, status) in the audit's own text. `judged`: what somebody has written here, oldest first.

    `replies`: (addressee, whether it has answered).
    """

    number: str
    first_given_year: int | None = None
    reply_due_on: date | None = None
    said: tuple[tuple[str, str], ...] = ()
    judged: tuple[Judged, ...] = ()
    replies: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """`number` is the recommendation's; empty when it is about the whole audit. `words` is a sentence."""

    code: Code
    words: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    claims: tuple[Claim, ...] = ()
    recommendations: tuple[Recommended, ...] = field(default_factory=tuple)


def findings(audit: Audited, *, today: date) -> list[Finding]:
    """Everything that does not agree or that nobody has answered, in the order of the audit."""
    found = list(_counts(audit))
    for each in audit.recommendations:
        found += [*_contradictions(each), *_replies(each, today), *_done(each)]
    return found


def _counts(audit: Audited) -> Iterator[Finding]:
    for claim in audit.claims:
        if claim.about == "remaining":
            yield from _remaining(claim, audit.recommendations)
            continue
        of_year = [r for r in audit.recommendations if r.first_given_year == claim.about]
        listed = len(audit.recommendations if claim.about == "total" else of_year)
        if listed != claim.says:
            of = "" if claim.about == "total" else _(" från %(year)s") % {"year": claim.about}
            words = ngettext(
                "%(where)s säger %(says)d rekommendation%(of)s, men %(listed)d är uppräknade.",
                "%(where)s säger %(says)d rekommendationer%(of)s, men %(listed)d är uppräknade.",
                claim.says,
            )
            yield Finding(
                "count", words % {"where": _first(claim.where), "says": claim.says, "of": of, "listed": listed}
            )


def _remaining(claim: Claim, recommendations: Sequence[Recommended]) -> Iterator[Finding]:
    """Between those that surely remain and those that may: one that is said to be both done and not may do either."""
    least = sum(bool(r.said) and all(status != "done" for _where, status in r.said) for r in recommendations)
    most = sum(not r.said or any(status != "done" for _where, status in r.said) for r in recommendations)
    if least <= claim.says <= most:
        return
    words = _("%(where)s säger att %(says)d återstår, men av det som står om var och en är det %(listed)s.")
    listed = str(least) if least == most else _("%(least)d till %(most)d") % {"least": least, "most": most}
    yield Finding("remaining", words % {"where": _first(claim.where), "says": claim.says, "listed": listed})


def _contradictions(each: Recommended) -> Iterator[Finding]:
    if len({status for _where, status in each.said}) > 1:
        told = [f"{where} säger ”{WORDS[status]}”" for where, status in each.said]
        yield Finding("contradiction", _first(_(" men ").join(told)) + ".", each.number)


def _replies(each: Recommended, today: date) -> Iterator[Finding]:
    waiting = [addressee for addressee, answered in each.replies if not answered]
    for addressee in waiting:
        if each.reply_due_on is not None and each.reply_due_on < today:
            words = _("%(who)s skulle ha svarat senast %(day)s. Inget svar är inskrivet.")
            yield Finding("overdue", words % {"who": addressee, "day": each.reply_due_on.isoformat()}, each.number)
        else:
            yield Finding("unanswered", _("%(who)s har inte svarat än.") % {"who": addressee}, each.number)


def _done(each: Recommended) -> Iterator[Finding]:
    """The newest judgement written here. What an audit says is done, the audit itself has looked at."""
    if not each.judged or (now := each.judged[-1]).status != "done":
        return
    if not now.evidence.strip():
        yield Finding("no_evidence", _("Står som åtgärdad utan underlag."), each.number)
    if not now.evaluation.strip():
        yield Finding("no_evaluation", _("Står som åtgärdad utan att effekten är utvärderad."), each.number)


def by_number(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The empty number holds those about the whole audit."""
    sorted_out: dict[str, list[Finding]] = {}
    for finding in found:
        sorted_out.setdefault(finding.number, []).append(finding)
    return sorted_out


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
