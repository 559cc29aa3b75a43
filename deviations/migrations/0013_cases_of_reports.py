"""Which learning cases an approved report tells, found in the content of those that have been approved."""

from django.db import migrations, models

BEFORE_ID = "case-"


def find_cases(apps, schema_editor):
    report, case = apps.get_model("deviations", "LearningReport"), apps.get_model("deviations", "LearningCase")
    by_block = {f"{BEFORE_ID}{name}": pk for name, pk in case.objects.values_list("public_id", "pk")}
    link = report.cases.through
    for pk, content in report.objects.filter(status__in=("approved", "replaced")).values_list("pk", "content"):
        told = {block["id"] for section in content.get("sections", []) for block in section["blocks"]}
        link.objects.bulk_create(
            link(learningreport_id=pk, learningcase_id=by_block[name]) for name in sorted(told & by_block.keys())
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
