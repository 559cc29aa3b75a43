"""Every month is counted again, in the way the counts are kept from now on; and in the old way, when it is undone."""

from django.db import migrations
from django.db.models.functions import TruncMonth
from django.utils import timezone


def count_again(apps, schema_editor):
    """The old counts go; each month in which something was filed is marked, and the next job counts it."""
    apps.get_model("deviations", "FactMonth").objects.all().delete()
    touched = apps.get_model("deviations", "TouchedMonth")
    filed = apps.get_model("deviations", "Deviation")._base_manager.filter(filed_at__isnull=False)
    zone = timezone.get_default_timezone()
    months = filed.order_by().values_list("county_id", TruncMonth("filed_at", tzinfo=zone)).distinct()
    touched.objects.bulk_create(
        touched(county_id=county, month=month.astimezone(zone).date()) for county, month in months
    )


class Migration(migrations.Migration):
    dependencies = [("deviations", "0007_learning_reports")]

    operations = [migrations.RunPython(count_again, count_again)]
