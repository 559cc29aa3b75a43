"""What a deviation raises besides its route: each flag with one sentence in Swedish that says why. Pure."""

import re
from collections.abc import Callable, Iterator

from deviations.deadlines import due_on, in_swedish
from deviations.facts import Facts, UnknownFact
from orgs.profiles.parts import folded
from orgs.profiles.places import Body
from orgs.profiles.rules import DEFAULT, Rule
from orgs.profiles.schema import Agreement, Category, Profile, Theme

ORDINALS = {
    "andra": 2, "tredje": 3, "fjärde": 4, "femte": 5, "sjätte": 6, "sjunde": 7, "åttonde": 8, "nionde": 9, "tionde": 10,
    "elfte": 11, "tolfte": 12, "trettonde": 13, "fjortonde": 14, "femtonde": 15, "sextonde": 16, "sjuttonde": 17,
    "artonde": 18, "nittonde": 19, "tjugonde": 20,
}  # fmt: skip
NTH_TIME = re.compile(
    rf"\b({'|'.join(ORDINALS)}|\d{{1,3}}(?=\s?:?(?:e|a|dje|de)\b))\s?:?(?:e|a|dje|de)?\s+gång(?:en)?\b"
)


def raised(facts: Facts, category: Category, rule: Rule, body: Body, profile: Profile) -> dict[str, str]:
    """Flag → sentence, in a fixed order. Raises UnknownFact for a clause that the profile does not have."""
    checks: dict[str, Callable[[], str | None]] = {
        "triage_clock": lambda: _triage_clock(facts, rule, body, profile),
        "agreement_expired": lambda: _agreement_expired(facts, category, profile),
        "clause_required": lambda: _clause_required(facts, category, profile),
        "dispute_offered": lambda: _dispute_offered(facts, category),
        "within_one_principal": lambda: _within_one_principal(facts),
        "private_provider": lambda: _private_provider(facts),
        "good_example": lambda: _good_example(facts, category),
        "hotspot_theme": lambda: _hotspot_theme(facts, profile),
        "solved_locally": lambda: _solved_locally(facts),
        "recurring": lambda: _recurring(facts, profile),
        "steering_body_mandate_missing": lambda: _mandate_missing(body, profile),
        "conflict_of_interest": lambda: _conflict_of_interest(facts, body, profile),
    }
    return {flag: sentence for flag, check in checks.items() if (sentence := check())}


def _triage_clock(facts: Facts, rule: Rule, body: Body, profile: Profile) -> str | None:
    if rule.accountable != DEFAULT:
        return None
    day = in_swedish(due_on(facts.filed_on, profile.limits.receive))
    return f"Det är okänt vem som ska bereda avvikelsen. {body.name} ska avgöra det senast {day}."


def relevant_agreement(facts: Facts, category: Category, profile: Profile) -> Agreement | None:
    """The agreement that is cited, else the one that the category rests on, or the successor in force on the day."""
    if facts.clause:
        try:
            return profile.cited(facts.clause)[0]
        except KeyError:
            reason = f"överenskommelsen eller punkten ”{facts.clause}” finns inte i profilen för {profile.county.name}"
            raise UnknownFact("clause", reason) from None
    if not category.default_clause:
        return None
    agreement = first = profile.cited(category.default_clause)[0]
    while not agreement.in_force_on(facts.occurred_on) and agreement.successor:
        agreement = profile.agreement(agreement.successor)
    return agreement if agreement.in_force_on(facts.occurred_on) else first


def _agreement_expired(facts: Facts, category: Category, profile: Profile) -> str | None:
    agreement = relevant_agreement(facts, category, profile)
    if agreement is None or agreement.in_force_on(facts.occurred_on):
        return None
    if agreement.valid_from and facts.occurred_on < agreement.valid_from:
        return f"{agreement.name} gäller från {in_swedish(agreement.valid_from)}, alltså inte än när det hände."
    assert agreement.valid_to is not None  # noqa: S101 - not in force, and already begun
    return f"{agreement.name} gällde till och med {in_swedish(agreement.valid_to)}, alltså inte längre när det hände."


def _clause_required(facts: Facts, category: Category, profile: Profile) -> str | None:
    if not category.clause_required or facts.clause:
        return None
    sentence = "Ange vilken överenskommelse eller rutin, och gärna vilken punkt, som inte följdes."
    if category.default_clause:
        agreement, clause = profile.cited(category.default_clause)
        sentence += f" Närmast till hands: {agreement.name}{f', {clause.title.lower()}' if clause else ''}."
    return sentence


def _dispute_offered(facts: Facts, category: Category) -> str | None:
    if not category.offers_dispute or facts.solved_on_the_spot:
        return None
    return "Är parterna oense om vem som ansvarar kan en tvist öppnas, där det också sägs vem som hjälper så länge."


def _within_one_principal(facts: Facts) -> str | None:
    if not facts.within_one_principal:
        return None
    return f"Alla parter hör till {facts.reporting.principal}: det gäller samverkan inom en huvudman."


def _private_provider(facts: Facts) -> str | None:
    private = [party.shown for party in facts.parties if party.principal_kind == "private"]
    return f"En privat eller upphandlad utförare är part: {'; '.join(dict.fromkeys(private))}." if private else None


def _good_example(facts: Facts, category: Category) -> str | None:
    if not (category.good_example or facts.kind == "good_example"):
        return None
    return "Ett gott exempel, som sparas för att fler ska lära av det."


def themes_of(facts: Facts, profile: Profile) -> Iterator[Theme]:
    """Themes that a tag names, or whose words begin a word of the text."""
    tags, text = {folded(tag) for tag in facts.tags}, folded(facts.happened)
    for theme in profile.themes:
        tagged = not tags.isdisjoint(map(folded, (theme.id, theme.name, *theme.tags)))
        if tagged or any(re.search(rf"\b{re.escape(folded(word))}", text) for word in theme.words):
            yield theme


def _hotspot_theme(facts: Facts, profile: Profile) -> str | None:
    names = [theme.name for theme in themes_of(facts, profile)]
    return f"Hör till tema som länet följer särskilt: {', '.join(names)}." if names else None


def _solved_locally(facts: Facts) -> str | None:
    return "Löst på plats. Anmäls ändå, så att mönster syns." if facts.solved_on_the_spot else None


def _recurring(facts: Facts, profile: Profile) -> str | None:
    window = profile.recurring
    if facts.earlier_similar >= window.times - 1:
        return (
            f"Samma slag har anmälts {facts.earlier_similar} gånger förut inom {window.within_months} månader. "
            "Gruppen kan lyfta mönstret till styrande organ."
        )
    for found in NTH_TIME.finditer(folded(facts.happened)):
        number = ORDINALS.get(found[1]) or int(found[1])
        if number >= window.times:
            return f"Texten säger ”{found[0]}”. Gruppen kan lyfta mönstret till styrande organ."
    return None


def _mandate_missing(body: Body, profile: Profile) -> str | None:
    above = [profile.body(body_id) for body_id in body.steering]
    lacking = [each.name for each in above if each.mandate.status == "missing"]
    if not lacking:
        return None
    return f"{' och '.join(lacking)}, ovanför {body.name}, saknar beslutat uppdrag. Avvikelsen bereds ändå."


def _conflict_of_interest(facts: Facts, body: Body, profile: Profile) -> str | None:
    if body.chair_unit is None:
        return None
    for party in facts.parties:
        unit = profile.find_unit(party.principal, party.unit)
        if unit is not None and unit.id == body.chair_unit:
            told = profile.body(body.steering[0]).name if body.steering else "styrande organ"
            return f"{party.shown} leder {body.name} och är part. Den bereds där ändå, och {told} får veta om jävet."
    return None
