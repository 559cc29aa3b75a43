"""Deviations are found by the words of their measures also where those were proposed before words of measures were kept."""

from collections import defaultdict

from django.db import migrations

from deviations.search import with_more

CHUNK = 500


def add_words(apps, schema_editor):
    """In the order of the deviations, a few hundred at a time and locked meanwhile; those that have them are left."""
    deviations = apps.get_model("deviations", "Deviation").objects
    measures = apps.get_model("deviations", "Measure").objects
    reached = 0
    while True:
        later = measures.filter(deviation_id__gt=reached).order_by("deviation_id").distinct()
        pks = list(later.values_list("deviation_id", flat=True)[:CHUNK])
        if not pks:
            return
        reached = pks[-1]
        said = defaultdict(list)
        for pk, text in measures.filter(deviation_id__in=pks).order_by("pk").values_list("deviation_id", "text"):
            said[pk].append(text)
        changed = []
        for deviation in deviations.filter(pk__in=pks).select_for_update().only("search_stems"):
            stems = with_more(deviation.search_stems, *said[deviation.pk])
            if stems != deviation.search_stems:
                deviation.search_stems = stems
                changed.append(deviation)
        deviations.bulk_update(changed, ["search_stems"])


class Migration(migrations.Migration):
    dependencies = [("deviations", "0015_sip_training")]

    operations = [migrations.RunPython(add_words, migrations.RunPython.noop)]
