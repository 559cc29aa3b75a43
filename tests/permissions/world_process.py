"""Process measures and audits in the world of the tables: one measure of each group's, a control moment, two audits."""

import datetime

from deviations.audits.loading import load_audits
from deviations.models import RecommendationReply
from deviations.services import controls, process
from orgs.models import County
from tests.cast import body


def follow_measures(world, text, today):
    bo, cecilia = world.users["bo"], world.users["cecilia"]
    group = body("blekinge", "sg_barn_unga")
    measure = process.begin_measure(group, name=text[:80], goal=text[:80], target=80, statutory_limit=100, by=bo)
    theirs = process.begin_measure(body("varmland", "barnalivet"), name="Annat mått", target=80, by=cecilia)
    span = process.ended_spans(measure, today=today)[0]
    process.write_value(
        measure, first_month=span.first, last_month=span.last, value=82, source=text[:80], comment=text, by=bo
    )
    control = controls.plan_control(group, question=text[:80], planned_on=today + datetime.timedelta(days=9), by=bo)
    audit = load_audits(County.objects.get(slug="blekinge"))[0]
    [their_audit] = load_audits(County.objects.get(slug="varmland"))
    recommended = audit.recommendations.get(number="2")
    answer = RecommendationReply.objects.create(recommendation=recommended, addressee="Regionstyrelsen")
    world.name(
        uuid={
            "measure": measure.public_id, "their_measure": theirs.public_id, "recommendation": recommended.public_id,
            "their_recommendation": their_audit.recommendations.first().public_id,
        },
        number={"control": control.pk, "answer": answer.pk},
    )  # fmt: skip
    world.named.update(span=span.key, span_first=span.first.isoformat(), span_last=span.last.isoformat())
