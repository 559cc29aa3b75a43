"""Why a deviation goes where it goes, in plain Swedish.

The explanation is stored with the decision and is part of the record, so it is Swedish whatever language the page is
in: it is not translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deviations.deadlines import in_swedish
from deviations.facts import Facts, Point
from orgs.profiles.parts import name_key
from orgs.profiles.places import Body
from orgs.profiles.rules import DEFAULT, UNKNOWN, OneOf, Rule
from orgs.profiles.schema import Category, Profile

KINDS = {
    "region": "region",
    "municipality": "kommun",
    "school": "fristående skola",
    "private": "privat utförare",
    "several": "flera slags huvudmän",
    "none": "ingen angiven mottagare",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`losers`: the other rules as (id, title, why it did not apply). `flags`: one sentence per flag."""

    sentence: str
    facts: tuple[str, ...]
    losers: tuple[tuple[str, str, str], ...]
    flags: dict[str, str]
    lookup: tuple[str, ...]


def sentence(rule: Rule, body: Body, shown: str, point: Point, group: str, due: date, profile: Profile) -> str:
    """Går till …, svar senast …, därför att …."""
    noun = "gruppen" if body.kind == "collaboration_group" else "organet"
    if rule.reason:
        because = f"{person(point, profile)}, och {rule.reason}"
    elif rule.accountable == DEFAULT:
        because = f"{person(point, profile)}, och {noun} avgör då vem som ska bereda"
    elif rule.when.target_group is not None and group != UNKNOWN:
        because = f"{person(point, profile)}, och {noun} bereder avvikelser för {group_words(group, profile)}"
        because += f" i {profile.county.name}"
    else:
        because = f"{person(point, profile)}, och {noun} bereder ”{rule.title}”"
    return f"Går till {shown}, svar senast {in_swedish(due)}, därför att {because}."


def person(point: Point, profile: Profile) -> str:
    if point.age is not None:
        return f"personen är {age_words(point.age)}"
    if point.stated_group:
        return f"den gäller {profile.target_group(point.stated_group).name.lower()}"
    return "varken ålder eller målgrupp är känd"


def age_words(age: int) -> str:
    return f"{age} år" if age else "under 1 år"


def group_words(group: str, profile: Profile) -> str:
    if group == UNKNOWN:
        return "okänd målgrupp"
    found = profile.target_group(group)
    return f"{found.name.lower()} {found.ages}"


def fact_lines(facts: Facts, category: Category, body: Body, group: str, profile: Profile) -> tuple[str, ...]:
    """What the decision rests on, one line each."""
    lines = [_person_line(facts, group, profile), f"Slag: {category.name}."]
    lines.append(f"Rapporterar: {facts.reporting.shown} ({KINDS[facts.reporting.principal_kind]}).")
    lines += [f"Gäller: {party.shown} ({KINDS[party.principal_kind]})." for party in facts.receiving]
    lines += [
        f"{party.shown} finns inte i länets profil; slaget av huvudman är det som styr."
        for party in dict.fromkeys(facts.parties)
        if not known_party(party.principal, party.unit, profile)
    ]
    lines.append(f"Hände {in_swedish(facts.occurred_on)}, lämnas in {in_swedish(facts.filed_on)}.")
    if former := body.former_name_on(facts.occurred_on):
        lines.append(f"{body.name} hette {former.name} till och med {in_swedish(former.until)}.")
    if not body.may_decide:
        lines.append(f"{body.name} får rekommendera, inte besluta för huvudmännen.")
    return tuple(lines)


def known_party(principal: str, unit: str, profile: Profile) -> bool:
    """Whether the profile has the unit, or the principal as a whole is meant."""
    owner = profile.find_principal(principal)
    return owner is not None and (
        name_key(unit) == name_key(principal) or profile.find_unit(principal, unit) is not None
    )


def _person_line(facts: Facts, group: str, profile: Profile) -> str:
    if facts.age is not None:
        line = f"Ålder: {age_words(facts.age)}, alltså {group_words(group, profile)}."
        if facts.target_group and facts.target_group not in (group, UNKNOWN):
            line += f" Åldern går före den angivna målgruppen ({facts.target_group})."
        return line
    return "Ålder och målgrupp: okända." if group == UNKNOWN else f"Målgrupp: {group_words(group, profile)}."


def why_not(rule: Rule, axis: str, point: Point, group: str, profile: Profile) -> str:
    """Why a rule did not apply, from the first of its conditions that did not hold."""
    when = rule.when
    match axis:
        case "target_group" if when.target_group is not None:
            listed = _words([group_words(g, profile) for g in when.target_group.values])
            return _said(when.target_group, listed, person(point, profile))
        case "age" if when.age is not None:
            listed = _words(["okänd ålder" if v == UNKNOWN else f"{v} år" for v in when.age.values])
            return _said(when.age, listed, person(point, profile))
        case "category" if when.category is not None:
            listed = _words([f"”{profile.category(code).name}”" for code in when.category.values])
            return _said(when.category, listed, f"slaget är ”{profile.category(point.category).name}”")
        case "reporting_kind" if when.reporting_kind is not None:
            listed = _words([KINDS[kind] for kind in when.reporting_kind.values])
            return _said(
                when.reporting_kind, f"rapport från {listed}", f"den kommer från {KINDS[point.reporting_kind]}"
            )
        case "receiving_kind" if when.receiving_kind is not None:
            listed = _words([KINDS[kind] for kind in when.receiving_kind.values])
            return _said(when.receiving_kind, f"mottagare: {listed}", f"här är det {KINDS[point.receiving_kind]}")
    if when.within_one_principal:
        return "Gäller bara inom en huvudman, men parterna har olika huvudmän."
    return "Gäller bara mellan huvudmän, men parterna har samma huvudman."


def _said(condition: OneOf, listed: str, fact: str) -> str:
    return f"Gäller bara {listed}, men {fact}." if condition.in_ is not None else f"Gäller inte {listed}, och {fact}."


def _words(parts: Sequence[str]) -> str:
    return " och ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
