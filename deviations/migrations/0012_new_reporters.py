"""Who files for the first time is counted: an index to find it by, and every month counted again by the next job."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import TruncMonth
from django.utils import timezone

DIMENSIONS = (
    "filed", "excluded", "times", "station", "left", "answer", "closing", "mode", "measures", "effect", "category",
    "target_group", "municipality", "kind", "care_level", "problem", "clause", "direction", "receiver", "rejected",
    "rerouted", "newcomer", "answer_days", "raised_days", "told_days", "changed_days", "closing_days",
)  # fmt: skip


def count_again(apps, schema_editor):
    touched = apps.get_model("deviations", "TouchedMonth")
    filed = apps.get_model("deviations", "Deviation")._base_manager.filter(filed_at__isnull=False)
    zone = timezone.get_default_timezone()
    months = filed.order_by().values_list("county_id", TruncMonth("filed_at", tzinfo=zone)).distinct()
    touched.objects.bulk_create(
        touched(county_id=county, month=month.astimezone(zone).date()) for county, month in months
    )


class Migration(migrations.Migration):
    dependencies = [
        ("deviations", "0011_news"),
        ("orgs", "0002_registers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="factmonth",
            name="dimension",
            field=models.CharField(
                choices=[(name, name.replace("_", " ").title()) for name in DIMENSIONS], max_length=16
            ),
        ),
        migrations.AddIndex(
            model_name="deviation",
            index=models.Index(fields=["filed_by", "filed_at"], name="first_of_a_person"),
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop),
    ]
