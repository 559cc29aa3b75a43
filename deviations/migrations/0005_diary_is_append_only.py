"""The database refuses to change a body's diary, as it refuses to change a deviation's history."""

from django.db import migrations

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER diary_never_changes BEFORE UPDATE ON deviations_diaryentry "
        "BEGIN SELECT RAISE(ABORT, 'diary entries are never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION diary_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'diary entries are never changed'; END $$",
        "CREATE TRIGGER diary_never_changes BEFORE UPDATE ON deviations_diaryentry "
        "FOR EACH ROW EXECUTE FUNCTION diary_never_changes()",
    ],
}
ALLOW = {
    "sqlite": ["DROP TRIGGER diary_never_changes"],
    "postgresql": [
        "DROP TRIGGER diary_never_changes ON deviations_diaryentry",
        "DROP FUNCTION diary_never_changes",
    ],
}


def run(statements):
    def forward(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forward


class Migration(migrations.Migration):
    dependencies = [("deviations", "0004_group_work")]
    operations = [migrations.RunPython(run(REFUSE), run(ALLOW))]
