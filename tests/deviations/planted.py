"""A body's year of deviations in which we know what recurs: the demo's own texts as noise, and three planted patterns.

Drawn by a seed, so that the same seed gives the same year.
"""

import datetime
import random
from pathlib import Path

import yaml

from deviations import demo
from deviations.learning.patterns import Row

TODAY = datetime.date(2026, 6, 15)
RECENT_FROM = TODAY - datetime.timedelta(days=91)
PATTERNS = yaml.safe_load((Path(demo.__file__).parent / "patterns.yaml").read_text(encoding="utf-8"))["patterns"]
PLACES = ("1080", "1081", "1082", "1083", "1060")
BEGINNINGS = ("", "I förra veckan: ", "Vi behöver lyfta detta. ", "Igen. ", "Hos oss: ", "Under terminen. ")
# The same thing in many words, filed under different kinds, about one unit.
TAXI = (
    "Sjukresan var inte beställd och patienten satt kvar i väntrummet utan transport hem.",
    "Ingen sjukresa beställdes. Patienten fick vänta i entrén på transporten hem i timmar.",
    "Transporten hem saknades eftersom sjukresor inte beställts. Patienten väntade i väntrummet.",
    "Patienten blev sittande i väntrummet. Beställningen av sjukresa hem hade inte gjorts.",
    "Sjukresan hem var glömd igen, patienten väntade på transport till kvällen.",
    "Vi fick själva ordna transport hem, sjukresan var obeställd och patienten trött av väntan.",
)


def year(seed, *, noise=180, plant=True):
    """The rows, and for each planted pattern which of them it is."""
    draw = random.Random(seed)
    rows, planted = [], {"rise": set(), "clause": set(), "text": set()}

    def add(days_ago, **facts):
        pk = len(rows) + 1
        day = TODAY - datetime.timedelta(days=days_ago)
        rows.append(Row(pk=pk, public_id=f"{seed}-{pk:04d}", filed_on=day, **facts))
        return pk

    for _each in range(noise):
        add(draw.randrange(365), **drawn(draw))
    if plant:
        for number in range(9):  # one receiver, one kind: hardly ever before, nine times in the last three months
            facts = {**drawn(draw), "category": "referral/returned", "receiving_unit": "u-new", "clause": ""}
            planted["rise"].add(add(300 if number == 0 else draw.randrange(85), **facts))
        for _number in range(8):
            facts = {**drawn(draw), "clause": "lansavtal/plan"}
            planted["clause"].add(add(draw.randrange(85), **facts))
        for number in range(10):  # evenly over the year: told alike, whatever it was filed as
            facts = {**drawn(draw), "receiving_unit": "u-taxi", "text": draw.choice(BEGINNINGS) + TAXI[number % 6]}
            planted["text"].add(add(20 + number * 33, **facts))
    return rows, planted


def drawn(draw):
    pattern = draw.choices(PATTERNS, [each["weight"] for each in PATTERNS])[0]
    kind = draw.choice(pattern["to"])
    return {
        "text": draw.choice(BEGINNINGS) + draw.choice(pattern["texts"]),
        "category": pattern["category"],
        "reporting_kind": draw.choice(pattern["from"]),
        "reporting_principal": draw.choice(PLACES),
        "receiving_unit": f"u-{kind}-{draw.randrange(3)}",
        "municipality": draw.choice(PLACES),
        "clause": draw.choice(("", "", "lansavtal/sip", "lansavtal/remiss")),
        "problem_area": draw.choice(("", "dyslexia", "adhd", "anxiety")),
        "care_level": str(draw.randrange(1, 4)),
    }


def measured(seeds, look):
    """Over many years: how many of the planted are found, and how many of what is proposed was planted."""
    found, planted_in_all, right, proposed = 0, 0, 0, 0
    for seed in seeds:
        rows, planted = year(seed)
        result = look(rows)
        for members in planted.values():
            planted_in_all += 1
            found += any(_is(each, members) for each in result)
        proposed += len(result)
        right += sum(any(_is(each, members) for members in planted.values()) for each in result)
    return {"recall": found / planted_in_all, "precision": right / max(proposed, 1), "proposed": proposed}


def _is(candidate, members):
    """Six of ten of either are the other."""
    both = len(members & set(candidate.members))
    return both / len(members) >= 0.6 and both / len(candidate.members) >= 0.4
