"""What in a profile refers to what: every id exists, none is given twice. Faults are sentences in Swedish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orgs.profiles.parts import OLDEST, duplicates
from orgs.profiles.places import Body
from orgs.profiles.rules import DEFAULT, UNKNOWN, Rule
from orgs.profiles.schema import Agreement, Profile


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a profile: where (`bodies/lsvo/steering`), what, and the line of the file when known."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"rad {self.line}, {self.path}" if self.line else self.path
        return f"{place}: {self.message}" if place else self.message


def check(profile: Profile) -> list[Fault]:
    """Every broken reference and every id given twice; empty when the profile hangs together."""
    return [
        *_ids(profile),
        *_ages(profile),
        *_bodies(profile),
        *_agreements(profile),
        *_categories(profile),
        *(fault for rule in profile.rules for fault in rule_faults(profile, rule)),
        *_responsibility(profile),
        *_risk(profile),
    ]


def _ids(profile: Profile) -> Iterator[Fault]:
    principals = [principal.id for principal in profile.principals]
    lists: dict[str, Iterable[str]] = {
        "principals": [*principals, *(unit.id for _, unit, _ in profile.all_units())],
        "target_groups": [group.id for group in profile.target_groups],
        "bodies": [key for body in profile.bodies for key in (body.id, *(name.id for name in body.names))],
        "rules": [rule.id for rule in profile.rules],
        "agreements": [agreement.id for agreement in profile.agreements],
        "categories": [category.code for category in profile.categories],
        "themes": [theme.id for theme in profile.themes],
        "cause_areas": [choice.id for choice in profile.cause_areas],
        "consequences_person": [choice.id for choice in profile.consequences_person],
        "consequences_organisation": [choice.id for choice in profile.consequences_organisation],
        "decline_reasons": [choice.id for choice in profile.decline_reasons],
        "indicators": [indicator.id for indicator in profile.indicators],
        "sip_checklist": [point.id for point in profile.sip_checklist],
        "responsibility/areas": [area.id for area in profile.responsibility.areas],
    }
    for path, ids in lists.items():
        for twice in duplicates(ids):
            yield Fault(f"{path}/{twice}", f"{twice} finns två gånger")
    for name in duplicates(principal.name for principal in profile.principals):
        yield Fault("principals", f"två huvudmän heter {name}")
    if any(group.id == UNKNOWN for group in profile.target_groups):
        yield Fault("target_groups", f"{UNKNOWN} är reserverat för okänd målgrupp")


def _ages(profile: Profile) -> Iterator[Fault]:
    for age in range(OLDEST + 1):
        groups = profile.groups_at(age)
        before = profile.groups_at(age - 1) if age else None
        if before is not None and [g.id for g in before] == [g.id for g in groups]:
            continue  # the same fault as one year younger
        if not groups:
            yield Fault("target_groups", f"åldern {age} år hör inte till någon målgrupp")
        elif len(groups) > 1:
            names = " och ".join(group.name for group in groups)
            yield Fault("target_groups", f"åldern {age} år hör till flera målgrupper: {names}")


def _bodies(profile: Profile) -> Iterator[Fault]:
    bodies = {body.id for body in profile.bodies}
    units = {unit.id for _, unit, _ in profile.all_units()}
    if profile.default_body not in bodies:
        yield Fault("default_body", f"organet {profile.default_body} finns inte")
    for body in profile.bodies:
        path = f"bodies/{body.id}"
        for field, wanted in (("steering", body.steering), ("reports", tuple(duty.to for duty in body.reports))):
            for other in wanted:
                if other not in bodies:
                    yield Fault(f"{path}/{field}", f"organet {other} finns inte")
        if body.fallback is not None and (body.fallback not in bodies or body.fallback == body.id):
            yield Fault(f"{path}/fallback", f"{body.fallback} kan inte ta emot i stället för {body.name}")
        groups = {group.id for group in profile.target_groups}
        for group in body.target_groups:
            if group not in groups:
                yield Fault(f"{path}/target_groups", f"målgruppen {group} finns inte")
        if body.chair_unit and body.chair_unit not in units:
            yield Fault(f"{path}/chair_unit", f"enheten {body.chair_unit} finns inte")
        if _above_itself(profile, body):
            yield Fault(f"{path}/steering", f"{body.name} står över sig självt")
        for earlier, later in zip(body.names, body.names[1:], strict=False):
            if later.until <= earlier.until:
                yield Fault(f"{path}/names", "namnen ska stå i tidsordning, det äldsta först")


def _above_itself(profile: Profile, body: Body) -> bool:
    above = {each.id: each.steering for each in profile.bodies}
    seen: set[str] = set()
    queue = list(body.steering)
    while queue:
        current = queue.pop()
        if current == body.id:
            return True
        if current not in seen:
            seen.add(current)
            queue.extend(above.get(current, ()))
    return False


def _agreements(profile: Profile) -> Iterator[Fault]:
    known = {agreement.id for agreement in profile.agreements}
    for agreement in profile.agreements:
        path = f"agreements/{agreement.id}"
        if agreement.valid_from and agreement.valid_to and agreement.valid_to < agreement.valid_from:
            yield Fault(f"{path}/valid_to", "slutar att gälla innan den börjar")
        if agreement.successor and agreement.successor not in known:
            yield Fault(f"{path}/successor", f"överenskommelsen {agreement.successor} finns inte")
        if _succeeds_itself(profile, agreement):
            yield Fault(f"{path}/successor", "efterträder sig själv")
        for twice in duplicates(clause.id for clause in agreement.clauses):
            yield Fault(f"{path}/clauses/{twice}", f"{twice} finns två gånger")


def _succeeds_itself(profile: Profile, agreement: Agreement) -> bool:
    successors = {each.id: each.successor for each in profile.agreements}
    current, steps = agreement.successor, 0
    while current and steps <= len(successors):
        if current == agreement.id:
            return True
        current, steps = successors.get(current), steps + 1
    return False


def _categories(profile: Profile) -> Iterator[Fault]:
    codes = {category.code for category in profile.categories}
    names: list[str] = []
    for category in profile.categories:
        path = f"categories/{category.code}"
        parent = category.code.split("/")[0]
        if parent not in codes:
            yield Fault(path, f"slaget {parent} som det hör till finns inte")
        if category.default_clause:
            try:
                profile.cited(category.default_clause)
            except KeyError:
                yield Fault(f"{path}/default_clause", f"{category.default_clause} finns inte bland överenskommelserna")
        names += {name.casefold() for name in (category.name, *category.aliases)}
    for name in duplicates(names):
        yield Fault("categories", f"två slag heter {name!r}")
    if not any(not category.retired for category in profile.categories):
        yield Fault("categories", "minst ett slag måste gå att välja")


def rule_faults(profile: Profile, rule: Rule) -> Iterator[Fault]:
    """Bodies, target groups and categories that the rule names and the profile does not have."""
    path = f"rules/{rule.id}"
    bodies = {body.id for body in profile.bodies}
    target = profile.default_body if rule.accountable == DEFAULT else rule.accountable
    for field, wanted in (("accountable", (target,)), ("inform", rule.inform)):
        for body in wanted:
            if body not in bodies:
                yield Fault(f"{path}/{field}", f"regeln ”{rule.title}” pekar på organet {body}, som inte finns")
    if target in rule.inform:
        yield Fault(f"{path}/inform", "ansvarigt organ ska inte också stå bland dem som informeras")
    groups = {UNKNOWN, *(group.id for group in profile.target_groups)}
    for group in rule.when.target_group.values if rule.when.target_group else ():
        if group not in groups:
            yield Fault(f"{path}/when/target_group", f"målgruppen {group} finns inte")
    codes = {category.code for category in profile.categories}
    for code in rule.when.category.values if rule.when.category else ():
        if code not in codes:
            yield Fault(f"{path}/when/category", f"slaget {code} finns inte")


def _responsibility(profile: Profile) -> Iterator[Fault]:
    matrix = profile.responsibility
    names = [unit for _, unit, _ in profile.all_units()]

    def missing(wanted: Iterable[str]) -> list[str]:
        return [
            name
            for name in wanted
            if not any(unit.answers_to(name) for unit in names)
            and not any(principal.answers_to(name) for principal in profile.principals)
        ]

    for name in missing(matrix.always):
        yield Fault("responsibility/always", f"ingen enhet heter {name}")
    for area in matrix.areas:
        path = f"responsibility/areas/{area.id}"
        listed = {name for units in area.levels.values() for name in units}
        for name in missing(sorted(listed)):
            yield Fault(f"{path}/levels", f"ingen enhet heter {name}")
        for name in area.uncertain_units:
            if name not in listed:
                yield Fault(f"{path}/uncertain_units", f"{name} står inte i raden")
        for level in area.levels:
            if level not in matrix.levels:
                yield Fault(f"{path}/levels", f"vårdnivå {level} har inget namn")


def _risk(profile: Profile) -> Iterator[Fault]:
    for name, grades in (("severity", profile.risk.severity), ("likelihood", profile.risk.likelihood)):
        if [grade.value for grade in grades] != [1, 2, 3, 4]:
            yield Fault(f"risk/{name}", "skalan ska ha 1, 2, 3 och 4 i ordning")
    for score in sorted({a * b for a in range(1, 5) for b in range(1, 5)}):
        bands = [band for band in profile.risk.bands if band.first <= score <= band.last]
        if len(bands) != 1:
            yield Fault("risk/bands", f"risktalet {score} hör till {len(bands)} band, ska höra till ett")
