"""What recurs and learning cases in the world of the tables: one pattern; a case that waits and one that is shared."""

from django.utils import timezone

from deviations.models import LearningCase, Pattern
from deviations.services import handling, learning_cases
from tests.cast import body

TOLD = {"title": "Mötet som ingen ledde", "happened": "Ett barn skulle få en plan.", "learning": "Utse en ersättare."}


def fill_learning(world, filed, text):
    """The marker stands where only the group, and for the case those at home, may read it."""
    bo, maria = world.users["bo"], world.users["maria"]
    recurring = handling.receive(filed(), by=bo)
    pattern = Pattern.objects.create(
        body=body("blekinge", "sg_barn_unga"), signature="0" * 64, title=text[:160], found_at=timezone.now(),
        evidence={
            "rule": "rise", "observed": 4, "expected": 0.5, "p": 0.01, "months": 3, "tried": 9, "alike": 4,
            "terms": [text], "stems": [text], "shared": [],
        },
    )  # fmt: skip
    pattern.deviations.set([recurring])
    draft, waits, shared = (
        learning_cases.write_case(handling.receive(filed(), by=bo), **TOLD, by=bo) for _n in range(3)
    )  # fmt: skip
    for case in (waits, shared):
        learning_cases.ask_case(case, by=bo)
    learning_cases.approve_case(shared, by=maria)
    LearningCase.objects.filter(pk__in=[draft.pk, waits.pk]).update(title=text[:120], happened=text, learning=text)
    world.name(
        uuid={
            "pattern": pattern.public_id, "draft_case": draft.public_id, "asked_case": waits.public_id,
            "shared_case": shared.public_id,
        }
    )  # fmt: skip
