"""The database refuses to delete what it refuses to change: history, diary, ready snapshots and approved reports.

On SQLite also to put another row over one (REPLACE), which deletes without asking a trigger of deletion. Whoever owns
the database can still empty a whole table or drop the trigger; that shows in the chains and the checksums.
"""

from django.db import migrations

FROZEN = {
    "deviations_historyentry": ("TRUE", ("id",), ("deviation_id", "sequence")),
    "deviations_diaryentry": ("TRUE", ("id",), ("body_id", "sequence")),
    "deviations_snapshot": ("{row}.status = 'ready'", ("id",), ("public_id",), ("code",)),
    "deviations_learningreport": ("{row}.status IN ('approved', 'replaced')", ("id",), ("public_id",)),
}
"""Table -> which of its rows stay, and what no two of its rows may share."""
WORDS = {
    "deviations_historyentry": "history entries are never deleted",
    "deviations_diaryentry": "diary entries are never deleted",
    "deviations_snapshot": "a ready snapshot is never deleted",
    "deviations_learningreport": "an approved report is never deleted",
}


def name(table):
    return f"{table.removeprefix('deviations_')}_stays"


def put_over(table, stays, uniques):
    """Whether the new row would be put over one that stays."""
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} there WHERE {stays.format(row='there')} AND "  # noqa: S608  # our own names
        + " AND ".join(f'there."{column}" = NEW."{column}"' for column in columns)
        + ")"
        for columns in uniques
    )


REFUSE = {
    "sqlite": [
        statement
        for table, (stays, *uniques) in FROZEN.items()
        for statement in (
            f"CREATE TRIGGER {name(table)} BEFORE DELETE ON {table} WHEN {stays.format(row='OLD')} "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS[table]}'); END",
            f"CREATE TRIGGER {name(table)}_whole BEFORE INSERT ON {table} WHEN {put_over(table, stays, uniques)} "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS[table]}'); END",
        )
    ],
    "postgresql": [
        statement
        for table, (stays, *_uniques) in FROZEN.items()
        for statement in (
            f"CREATE FUNCTION {name(table)}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS[table]}'; END $$",
            f"CREATE TRIGGER {name(table)} BEFORE DELETE ON {table} FOR EACH ROW WHEN ({stays.format(row='OLD')}) "
            f"EXECUTE FUNCTION {name(table)}()",
        )
    ],
}
ALLOW = {
    "sqlite": [f"DROP TRIGGER {name(table)}{which}" for table in FROZEN for which in ("", "_whole")],
    "postgresql": [
        statement
        for table in FROZEN
        for statement in (f"DROP TRIGGER {name(table)} ON {table}", f"DROP FUNCTION {name(table)}")
    ],
}


def run(statements):
    def forward(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forward


class Migration(migrations.Migration):
    dependencies = [("deviations", "0013_cases_of_reports")]
    operations = [migrations.RunPython(run(REFUSE), run(ALLOW))]
