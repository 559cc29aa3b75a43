"""From the facts of a deviation to exactly one accountable body, with the explanation. Pure and total (decision 2).

Total: for a profile that `deviations.proof` has proved, every thinkable set of facts gives one body. Facts that the
profile does not know (a category of another county) are refused with `UnknownFact` before any rule is asked.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from deviations import explanation
from deviations.deadlines import due_on
from deviations.explanation import Explanation
from deviations.facts import Facts, PartyFacts, Point, UnknownFact, category_named, point_of
from deviations.flags import raised
from orgs.profiles.rules import DEFAULT, UNKNOWN, Rule
from orgs.profiles.schema import Profile

__all__ = ["Explanation", "Facts", "NotProved", "PartyFacts", "Point", "Routing", "UnknownFact", "matching", "route"]


class NotProved(RuntimeError):
    """No rule or more than one matched: the profile was used without a proof, which activation never lets happen."""


@dataclass(frozen=True, slots=True)
class Routing:
    """The decision. `accountable` and `informed` are stable body ids; `accountable_key` is the id on the event date.

    `triage_due_on`: last day to receive it, or, for the default body, to say who prepares it. `answer_due_on`: last day
    for the answer to the reporter. Both are counted from the day of filing.
    """

    accountable: str
    accountable_key: str
    accountable_shown: str
    informed: tuple[str, ...]
    informed_shown: tuple[str, ...]
    default: bool
    rule_id: str
    target_group: str | None
    flags: tuple[str, ...]
    triage_due_on: date
    answer_due_on: date
    answer_limit: str
    explanation: Explanation

    @property
    def lookup(self) -> tuple[str, ...]:
        """Who answers for the condition at that level of care, from the county's matrix."""
        return self.explanation.lookup

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def route(facts: Facts, profile: Profile) -> Routing:
    """Raises UnknownFact for facts that the profile does not know, NotProved for a profile that was not proved."""
    point = point_of(facts, profile)
    hits = matching(profile, point)
    if len(hits) != 1:
        raise NotProved(f"{profile.county.slug}: {len(hits)} regler för {point}")
    group, rule = hits[0]
    body = profile.body(accountable_of(rule, profile))
    informed = [profile.body(body_id) for body_id in rule.inform]
    category = category_named(facts.category, profile)
    answer = due_on(facts.filed_on, profile.limits.answer)
    shown = body.shown_on(facts.occurred_on)
    flags = raised(facts, category, rule, body, profile)
    return Routing(
        accountable=body.id,
        accountable_key=body.key_on(facts.occurred_on),
        accountable_shown=shown,
        informed=tuple(each.id for each in informed),
        informed_shown=tuple(each.shown_on(facts.occurred_on) for each in informed),
        default=rule.accountable == DEFAULT,
        rule_id=rule.id,
        target_group=None if group == UNKNOWN else group,
        flags=tuple(flags),
        triage_due_on=due_on(facts.filed_on, profile.limits.receive),
        answer_due_on=answer,
        answer_limit=str(profile.limits.answer),
        explanation=Explanation(
            sentence=explanation.sentence(rule, body, shown, point, group, answer, profile),
            facts=explanation.fact_lines(facts, category, body, group, profile),
            losers=_losers(rule, point, group, profile),
            flags=flags,
            lookup=_lookup(facts, profile),
        ),
    )


def matching(profile: Profile, point: Point) -> list[tuple[str, Rule]]:
    """Every (target group, rule) that takes the point; exactly one in a proved profile.

    An age outside every target group matches nothing, and one inside two groups is asked for both, so that a hole or an
    overlap among the age limits shows as what it is.
    """
    if point.age is None:
        groups: tuple[str, ...] = (point.stated_group or UNKNOWN,)
    else:
        groups = tuple(group.id for group in profile.groups_at(point.age))
    return [(group, rule) for group in groups for rule in profile.rules if first_obstacle(rule, point, group) is None]


def accountable_of(rule: Rule, profile: Profile) -> str:
    return profile.default_body if rule.accountable == DEFAULT else rule.accountable


def first_obstacle(rule: Rule, point: Point, group: str) -> str | None:
    """The first axis on which the rule does not take the point; None when it takes it."""
    when = rule.when
    if when.target_group and not when.target_group.accepts(listed=group in when.target_group.values):
        return "target_group"
    if not when.accepts_age(point.age):
        return "age"
    if not when.accepts_category(point.category):
        return "category"
    for axis, condition, value in (
        ("reporting_kind", when.reporting_kind, point.reporting_kind),
        ("receiving_kind", when.receiving_kind, point.receiving_kind),
    ):
        if condition and not condition.accepts(listed=value in condition.values):
            return axis
    if when.within_one_principal not in (None, point.within_one_principal):
        return "within_one_principal"
    return None


def _losers(winner: Rule, point: Point, group: str, profile: Profile) -> tuple[tuple[str, str, str], ...]:
    lost = []
    for rule in profile.rules:
        axis = first_obstacle(rule, point, group)
        if rule.id != winner.id and axis is not None:
            lost.append((rule.id, rule.title, explanation.why_not(rule, axis, point, group, profile)))
    return tuple(lost)


def _lookup(facts: Facts, profile: Profile) -> tuple[str, ...]:
    if not facts.problem_area:
        return ()
    area = next((each for each in profile.responsibility.areas if each.id == facts.problem_area), None)
    if area is None:
        reason = f"problemområdet ”{facts.problem_area}” finns inte i profilen för {profile.county.name}"
        raise UnknownFact("problem_area", reason)
    if facts.care_level is not None:
        if facts.care_level not in profile.responsibility.levels:
            raise UnknownFact("care_level", f"vårdnivå {facts.care_level} finns inte i profilen")
        return area.levels.get(facts.care_level, ())
    return tuple(dict.fromkeys(name for level in sorted(area.levels) for name in area.levels[level]))


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
