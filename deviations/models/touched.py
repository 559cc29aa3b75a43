"""Months whose counts are to be computed again."""

from django.db import models

from orgs.models import County


class TouchedMonth(models.Model):
    """Marked in the transaction that changes a deviation; removed by the job that has recomputed the month.

    One row per change, never an upsert: two filings at once must not wait for each other.
    """

    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(help_text="first day of the month in which the deviation was filed")

    class Meta:
        indexes = [models.Index(fields=["county", "month"], name="touched_by_county")]

    def __str__(self) -> str:
        return f"{self.county_id} {self.month:%Y-%m}"
