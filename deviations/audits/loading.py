"""The shipped audits into the database. Run again it adds what is new and leaves what people have written alone."""

from datetime import date

from django.db import transaction

from deviations import clock
from deviations.audits import document
from deviations.models import Audit, ProcessMeasure, Recommendation, RecommendationReply, RecommendationStatus
from deviations.services.process import steering_home
from orgs.models import County, Organisation


@transaction.atomic
def load_audits(county: County) -> list[Audit]:
    """The county's audits, as its files have them. Texts follow the files; answers and statuses are only added."""
    return [_load(county, audit) for audit in document.shipped(county.slug)]


def _load(county: County, given: document.Audit) -> Audit:
    fields = {
        "title": given.title, "year": given.year, "auditor": given.auditor, "reference": given.reference,
        "note": given.note, "claims": [claim.model_dump() for claim in given.claims],
        "verdicts": [verdict.model_dump() for verdict in given.verdicts],
    }  # fmt: skip
    audit, _made = Audit.objects.update_or_create(county=county, key=given.id, defaults=fields)
    for each in given.recommendations:
        _load_one(audit, each)
    return audit


def _load_one(audit: Audit, given: document.Recommendation) -> None:
    texts = {"text": given.text, "source": given.source, "wording": given.wording, "assumed": given.assumed}
    kept = {"first_given_year": given.first_given_year, "reply_due_on": given.reply_due_on}
    at_first = {"categories": list(given.categories), "body": steering_home(audit.county)}
    found, made = Recommendation.objects.update_or_create(
        audit=audit, number=given.number, defaults={**texts, **kept}, create_defaults={**texts, **kept, **at_first}
    )
    if made:
        found.measures.set(ProcessMeasure.objects.filter(body__county=audit.county, key__in=given.measures))
    for reply in given.replies:
        principal = Organisation.objects.filter(county=audit.county, key=reply.principal).first()
        RecommendationReply.objects.get_or_create(
            recommendation=found, addressee=reply.addressee,
            defaults={"principal": principal, "reply": reply.reply, "replied_on": reply.replied_on},
        )  # fmt: skip
    for said in given.said:
        RecommendationStatus.objects.get_or_create(
            recommendation=found, status=said.status, said_in=said.where, by=None,
            defaults={"judged_on": date(audit.year, 1, 1), "at": clock.now()},
        )  # fmt: skip
