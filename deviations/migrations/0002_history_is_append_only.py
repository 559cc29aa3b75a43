"""The database itself refuses to change a history entry, whoever asks. Removal shows in the chain (`history.verify`)."""

from django.db import migrations

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER history_never_changes BEFORE UPDATE ON deviations_historyentry "
        "BEGIN SELECT RAISE(ABORT, 'history entries are never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION history_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history entries are never changed'; END $$",
        "CREATE TRIGGER history_never_changes BEFORE UPDATE ON deviations_historyentry "
        "FOR EACH ROW EXECUTE FUNCTION history_never_changes()",
    ],
}
ALLOW = {
    "sqlite": ["DROP TRIGGER history_never_changes"],
    "postgresql": [
        "DROP TRIGGER history_never_changes ON deviations_historyentry",
        "DROP FUNCTION history_never_changes",
    ],
}


def run(statements):
    def forward(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forward


class Migration(migrations.Migration):
    dependencies = [("deviations", "0001_initial")]
    operations = [migrations.RunPython(run(REFUSE), run(ALLOW))]
