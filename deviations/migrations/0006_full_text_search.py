"""Full-text search: an index over the stored tokens, kept by the database itself, and the tokens of what was filed before."""

from django.db import migrations

from deviations.search import tokens_of

MAKE = {
    "postgresql": [
        "CREATE INDEX deviation_by_words ON deviations_deviation USING gin (array_to_tsvector(string_to_array(search_stems, ' ')))",
    ],
    "sqlite": [
        "CREATE VIRTUAL TABLE deviations_search USING fts5(search_stems, "
        "content='deviations_deviation', content_rowid='id', tokenize='unicode61 remove_diacritics 0', "
        "detail='none', columnsize=0, prefix='3')",
        "CREATE TRIGGER search_row_comes AFTER INSERT ON deviations_deviation BEGIN "
        "INSERT INTO deviations_search(rowid, search_stems) VALUES (new.id, new.search_stems); END",
        "CREATE TRIGGER search_row_goes AFTER DELETE ON deviations_deviation BEGIN "
        "INSERT INTO deviations_search(deviations_search, rowid, search_stems) "
        "VALUES ('delete', old.id, old.search_stems); END",
        "CREATE TRIGGER search_row_changes AFTER UPDATE OF search_stems ON deviations_deviation "
        "WHEN old.search_stems IS NOT new.search_stems BEGIN "
        "INSERT INTO deviations_search(deviations_search, rowid, search_stems) "
        "VALUES ('delete', old.id, old.search_stems); "
        "INSERT INTO deviations_search(rowid, search_stems) VALUES (new.id, new.search_stems); END",
        "INSERT INTO deviations_search(deviations_search) VALUES ('rebuild')",
    ],
}
TAKE_AWAY = {
    "postgresql": ["DROP INDEX deviation_by_words"],
    "sqlite": [
        "DROP TRIGGER search_row_comes",
        "DROP TRIGGER search_row_goes",
        "DROP TRIGGER search_row_changes",
        "DROP TABLE deviations_search",
    ],
}
CHUNK = 500


def run(statements):
    def forward(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forward


def fill(apps, schema_editor):
    deviations = apps.get_model("deviations", "Deviation").objects.filter(filed_at__isnull=False, search_stems="")
    units = ("reporting_unit", "receiving_unit")
    chunk = []
    for deviation in deviations.select_related(*units).order_by("pk").iterator(CHUNK):
        names = [unit.name for unit in (deviation.reporting_unit, deviation.receiving_unit) if unit]
        deviation.search_stems = tokens_of(deviation.title, deviation.happened, deviation.comment, *names)
        chunk.append(deviation)
        if len(chunk) == CHUNK:
            deviations.model.objects.bulk_update(chunk, ["search_stems"])
            chunk = []
    deviations.model.objects.bulk_update(chunk, ["search_stems"])


class Migration(migrations.Migration):
    dependencies = [("deviations", "0005_diary_is_append_only")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(run(MAKE), run(TAKE_AWAY)),
    ]
