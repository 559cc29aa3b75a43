"""What the reports count: one row per county, body, month, dimension and key. Recomputed, never edited."""

from django.db import models

from orgs.models import Body, County


class FactMonth(models.Model):
    """How many of the deviations filed in one month, for which one body is accountable, stand under one key.

    Marginal, not a cube: its size follows bodies, months and lists, not the number of deviations. Withdrawn ones, tests
    and those merged into another are counted under EXCLUDED and nowhere else. Keys hold a ">" between their parts:
    DIRECTION "reporting principal's id>receiving principal's id" (empty when unknown), RECEIVER "principal's
    id>in_time" (late, open, and for what is waited for its last day after one more ">"), CLAUSE
    "agreement/clause>expired" (or valid, on the day it happened). The dimensions of days have a step of
    `deviations.learning.days` as their key.
    NEWCOMER counts what was its reporter's first in the county, by the reporting principal's id: so many persons began.
    MEASURES and EFFECT count measures, RECEIVER statements and REJECTED refusals, all of the month's deviations.
    """

    class Dimension(models.TextChoices):
        FILED = "filed"
        EXCLUDED = "excluded"
        TIMES = "times"
        STATION = "station"
        LEFT = "left"
        ANSWER = "answer"
        CLOSING = "closing"
        MODE = "mode"
        MEASURES = "measures"
        EFFECT = "effect"
        CATEGORY = "category"
        TARGET_GROUP = "target_group"
        MUNICIPALITY = "municipality"
        KIND = "kind"
        CARE_LEVEL = "care_level"
        PROBLEM = "problem"
        CLAUSE = "clause"
        DIRECTION = "direction"
        RECEIVER = "receiver"
        REJECTED = "rejected"
        REROUTED = "rerouted"
        NEWCOMER = "newcomer"
        ANSWER_DAYS = "answer_days"
        RAISED_DAYS = "raised_days"
        TOLD_DAYS = "told_days"
        CHANGED_DAYS = "changed_days"
        CLOSING_DAYS = "closing_days"

    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+", db_index=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="first day; the month in Sweden of filed_at")
    dimension = models.CharField(max_length=16, choices=Dimension)
    key = models.CharField(max_length=140, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "body", "month", "dimension", "key"], name="fact_once_per_month_and_key"
            )
        ]
        indexes = [models.Index(fields=["county", "month"], name="facts_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.dimension} {self.key}: {self.count}"
