"""What was done about the deviations of `deploy.bench.data`: answers, decisions, measures and refusals, by SQL."""

from datetime import timedelta

from django.db import connection, models

from deploy.bench.data import FIRST, World, insert, pick, without_indexes
from deviations.models import Decision, Deviation, HistoryEntry, Measure, Statement

CLOSED = f"(SELECT d.*, d.id AS n FROM {Deviation._meta.db_table} d WHERE d.state = 'closed') n"


def fill(world: World) -> None:
    """Three in five were asked of a unit, half decided, a quarter led to a measure, one in twenty met a refusal."""
    day, body, user = FIRST.date(), world.bodies[0], world.people[0]
    statement = Statement(
        status=Statement.Status.GIVEN, requested_at=FIRST, requested_by=user, due_on=day, cause="Kallelsen låg kvar."
    )
    decision = Decision(body=body, text="Bevakad adress.", decided_at=FIRST, decided_by=user)
    measure = Measure(
        owner=world.region, text="Adressen bevakas.", due_on=day, check_on=day + timedelta(days=30), sign="Fler kommer."
    )
    refusal = HistoryEntry(step="decline", at=FIRST, data={"code": "not_ours"}, previous_hash="", hash="")
    with connection.cursor() as cursor, without_indexes(cursor, Statement, Decision, Measure, HistoryEntry):
        asked: list[tuple[models.Model, int, dict[str, str]]] = [
            (statement, 60, {
                "organisation_id": "n.receiving_unit_id", "answered_at": "n.first_answer_at",
                "due_on": "n.answer_due_on",
            }),
            (decision, 50, {"decided_at": "n.decided_at", "body_id": "n.accountable_body_id"}),
            (measure, 25, {
                "carried_out_at": f"CASE WHEN {pick(39373, 3)} > 0 THEN n.closed_at END",
                "effect": f"CASE WHEN {pick(39373, 3)} > 1 THEN 'verified' ELSE '' END",
            }),
            (refusal, 5, {"sequence": "1", "hash": "''"}),
        ]  # fmt: skip
        for sample, share, expressions in asked:
            tables = f"{CLOSED} WHERE {pick(48271, 100)} < {share}"
            insert(cursor, sample, {"deviation_id": "n.id", **expressions}, tables, leave_out={"id"})
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
