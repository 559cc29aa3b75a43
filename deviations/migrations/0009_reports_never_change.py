"""The database refuses to change the numbers of a ready snapshot and the content of an approved report.

What may still happen to them: a snapshot's row is linked from reports; an approved report is replaced by a revised one,
and its first readers are noted on the copies.
"""

from django.db import migrations

SNAPSHOT = ("code", "county_id", "root_id", "first_month", "last_month", "cut_off", "threshold", "counts", "shown",
            "definitions", "kept", "checksum", "status")  # fmt: skip
REPORT = ("public_id", "body_id", "template", "title", "first_month", "last_month", "snapshot_id", "text", "revision", "revises_id",
          "revision_reason", "content", "checksum", "approved_at", "approved_by_id")  # fmt: skip
WORDS = {
    "deviations_snapshot": "a ready snapshot is never changed",
    "deviations_learningreport": "an approved report is never changed",
}


def changed(columns, differs):
    return " OR ".join(differs.format(column=column) for column in columns)


def refusals(differs):
    """Table -> when an UPDATE of it is refused. A report that has been approved may only be replaced."""
    return {
        "deviations_snapshot": f"OLD.status = 'ready' AND ({changed(SNAPSHOT, differs)})",
        "deviations_learningreport": (
            f"OLD.status IN ('approved', 'replaced') AND ({changed(REPORT, differs)} "
            "OR NEW.status NOT IN ('approved', 'replaced'))"
        ),
    }


SQLITE, POSTGRESQL = refusals('OLD."{column}" IS NOT NEW."{column}"'), refusals(
    'OLD."{column}" IS DISTINCT FROM NEW."{column}"'
)  # fmt: skip


def name(table):
    return f"{table.removeprefix('deviations_')}_never_changes"


REFUSE = {
    "sqlite": [
        f"CREATE TRIGGER {name(table)} BEFORE UPDATE ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS[table]}'); END"
        for table, condition in SQLITE.items()
    ],
    "postgresql": [
        statement
        for table, condition in POSTGRESQL.items()
        for statement in (
            f"CREATE FUNCTION {name(table)}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS[table]}'; END $$",
            f"CREATE TRIGGER {name(table)} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION {name(table)}()",
        )
    ],
}
ALLOW = {
    "sqlite": [f"DROP TRIGGER {name(table)}" for table in WORDS],
    "postgresql": [
        statement
        for table in WORDS
        for statement in (f"DROP TRIGGER {name(table)} ON {table}", f"DROP FUNCTION {name(table)}")
    ],
}


def run(statements):
    def forward(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forward


class Migration(migrations.Migration):
    dependencies = [("deviations", "0008_count_all_again")]
    operations = [migrations.RunPython(run(REFUSE), run(ALLOW))]
