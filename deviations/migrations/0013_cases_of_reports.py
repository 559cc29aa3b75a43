"""Which learning cases an approved report tells, found in the content of those that have been approved."""

from uuid import UUID

from django.db import migrations, models

BEFORE_ID = "case-"


def find_cases(apps, schema_editor):
    report, case = apps.get_model("deviations", "LearningReport"), apps.get_model("deviations", "LearningCase")
    by_name = dict(case.objects.values_list("public_id", "pk"))
    link = report.cases.through
    for pk, content in report.objects.filter(status__in=("approved", "replaced")).values_list("pk", "content"):
        told = {
            UUID(block["id"].removeprefix(BEFORE_ID))
            for section in content.get("sections", [])
            for block in section["blocks"]
            if block["kind"] == "case"
        }
        link.objects.bulk_create(
            link(learningreport_id=pk, learningcase_id=by_name[name]) for name in sorted(told) if name in by_name
        )


class Migration(migrations.Migration):
    dependencies = [("deviations", "0012_new_reporters")]

    operations = [
        migrations.AddField(
            model_name="learningreport",
            name="cases",
            field=models.ManyToManyField(
                blank=True,
                help_text="that it tells, from its approval on",
                related_name="reports",
                to="deviations.learningcase",
            ),
        ),
        migrations.AlterField(
            model_name="reportcopy",
            name="first_read_at",
            field=models.DateTimeField(
                blank=True, help_text="by somebody who reads there; never by whom", null=True, verbose_name="öppnad"
            ),
        ),
        migrations.RunPython(find_cases, migrations.RunPython.noop),
    ]
