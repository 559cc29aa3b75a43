"""What the reports count: one row per county, body, month, dimension and key. Recomputed, never edited."""

from django.db import models

from orgs.models import Body, County


class FactMonth(models.Model):
    """Counts of the deviations filed in one month for which one body is accountable, along one dimension.

    Marginal, not a cube: its size follows bodies, months and lists, not the number of deviations. `withdrawn` ones, and
    those `merged` into another, are in no other count. A direction's key is "reporting principal's id>receiving
    principal's id", the latter empty when unknown.
    """

    class Dimension(models.TextChoices):
        ALL = "all"
        DIRECTION = "direction"
        CATEGORY = "category"
        TARGET_GROUP = "target_group"
        MUNICIPALITY = "municipality"
        KIND = "kind"

    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+", db_index=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="first day; the month in Sweden of filed_at")
    dimension = models.CharField(max_length=16, choices=Dimension)
    key = models.CharField(max_length=80, blank=True)
    filed = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    merged = models.PositiveIntegerField(default=0)
    times = models.PositiveIntegerField(default=0, help_text="what is filed once may have happened several times")
    answered = models.PositiveIntegerField()
    answered_in_time = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    fed_back = models.PositiveIntegerField()
    with_measure = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    answer_days = models.JSONField(default=list, help_text='only "all": how many in each of deviations.learning.days')
    closing_days = models.JSONField(default=list, help_text='only "all"')

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "body", "month", "dimension", "key"], name="fact_once_per_month_and_key"
            )
        ]
        indexes = [models.Index(fields=["county", "month"], name="facts_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.dimension} {self.key}: {self.filed}"
