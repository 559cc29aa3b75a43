"""Learning reports: frozen numbers, what a body says about them, and the copy each board registers (D03–D08)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, County, Organisation


class Snapshot(models.Model):
    """Underlag: the numbers of a steering tree for one period, counted once and never changed.

    `counts` are the numbers before protection, which nobody reads but the proof that the same data give the same sum;
    `shown` is what may be told, and everything that reports print comes from there. A later snapshot of the same
    period, or of a longer one, hides what would give `shown` away.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("väntar")
        MAKING = "making", _("räknas")
        READY = "ready", _("klart")
        FAILED = "failed", _("gick inte")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("underlag"), max_length=40, unique=True, help_text="S-2022-BL-07, as people cite it")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="snapshots")
    root = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="snapshots", help_text="top of the tree")
    first_month = models.DateField()
    last_month = models.DateField(help_text="first day of the last month")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="per cent")
    error = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    cut_off = models.DateTimeField(_("data till och med"), null=True, blank=True)
    threshold = models.PositiveSmallIntegerField(default=5)
    counts = models.JSONField(default=dict, blank=True)
    shown = models.JSONField(default=dict, blank=True)
    definitions = models.JSONField(default=list, blank=True)
    kept = models.FloatField(null=True, blank=True, help_text="share of the cells that are told")
    checksum = models.CharField(_("kontrollsumma"), max_length=64, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_month__gte=F("first_month")), name="snapshot_months_in_order"),
            models.CheckConstraint(
                condition=~Q(status="ready") | (~Q(checksum="") & Q(cut_off__isnull=False)), name="ready_is_whole"
            ),
        ]
        indexes = [models.Index(fields=["root", "first_month", "last_month"], name="snapshots_of_period")]

    def __str__(self) -> str:
        return self.code


class LiveNumbers(models.Model):
    """What may be told today of a steering tree and period, as the worker last worked it out. Replaced, never frozen.

    `mark` says of which counts: another mark, and they are worked out again.
    """

    root = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    first_month = models.DateField()
    last_month = models.DateField()
    mark = models.CharField(max_length=120, blank=True)
    cut_off = models.DateTimeField()
    seconds = models.FloatField(default=0, help_text="that it took: what takes long is done more seldom")
    threshold = models.PositiveSmallIntegerField()
    shown = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "live numbers"
        constraints = [
            models.UniqueConstraint(fields=["root", "first_month", "last_month"], name="one_set_of_live_numbers")
        ]

    def __str__(self) -> str:
        return f"{self.root_id} {self.first_month:%Y}"


class LearningReport(models.Model):
    """Lärrapport of one body, from one template, over one period. Approved, it never changes: it is revised.

    `text` is the author's (JSON by the template's fields) and passes the identity guard. `content` is
    `deviations.reports.content.Content` as it was approved, `checksum` its own.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("utkast")
        APPROVED = "approved", _("fastställd")
        REPLACED = "replaced", _("ersatt av en rättad")
        DISCARDED = "discarded", _("kastad")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="learning_reports")
    template = models.CharField(_("mall"), max_length=40)
    title = models.CharField(_("rubrik"), max_length=200)
    first_month = models.DateField()
    last_month = models.DateField()
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    text = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    revision = models.PositiveSmallIntegerField(default=1)
    revises = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    revision_reason = models.CharField(_("därför rättades den"), max_length=300, blank=True)
    content = models.JSONField(default=dict, blank=True)
    checksum = models.CharField(_("kontrollsumma"), max_length=64, blank=True)
    cases = models.ManyToManyField(
        "deviations.LearningCase", related_name="reports", blank=True, help_text="that it tells, from its approval on"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="empty: Samsyn began it on its day",
    )  # fmt: skip
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="approved") | (~Q(checksum="") & Q(approved_at__isnull=False)),
                name="approved_report_is_whole",
            ),
            models.UniqueConstraint(
                fields=["body", "template", "first_month", "last_month"],
                condition=Q(status="draft"),
                name="one_draft_per_template_and_period",
            ),
        ]
        indexes = [models.Index(fields=["body", "status", "-last_month"], name="reports_of_body")]

    def __str__(self) -> str:
        return self.title


class ReportCopy(models.Model):
    """Ett exemplar: to a body, or to one principal's political board, which registers it under its own number (D06)."""

    report = models.ForeignKey(LearningReport, on_delete=models.PROTECT, related_name="copies")
    to_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="report_copies")
    to_principal = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="report_copies"
    )
    board = models.CharField(_("nämnd"), max_length=160, blank=True, help_text="the board's name as the profile has it")
    diary_number = models.CharField(_("diarienummer"), max_length=60, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()
    first_read_at = models.DateTimeField(
        _("öppnad"), null=True, blank=True, help_text="by somebody who reads there; never by whom"
    )

    class Meta:
        verbose_name_plural = "report copies"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_body__isnull=False, to_principal__isnull=True)
                | Q(to_body__isnull=True, to_principal__isnull=False),
                name="copy_has_one_receiver",
            ),
            models.UniqueConstraint(
                fields=["report", "to_body"], condition=Q(to_body__isnull=False), name="one_copy_per_body"
            ),
            models.UniqueConstraint(
                fields=["report", "to_principal", "board"], condition=Q(to_principal__isnull=False),
                name="one_copy_per_board",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.report}: {self.board or self.to_body}"

    @property
    def to(self) -> str:
        """The body, or the principal's board, in words."""
        return self.board or str(self.to_body or self.to_principal)

    @property
    def addressed_to(self) -> str:
        """As `to`, with the principal of a board: most counties have several "Kommunstyrelsen"."""
        return f"{self.board}, {self.to_principal}" if self.board else self.to


class ReportSubscription(models.Model):
    """A person who wants a letter (without content) when a body's reports of one template, or of any, are approved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions")
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="subscriptions")
    template = models.CharField(max_length=40, blank=True, help_text="empty: every template")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "body", "template"], name="subscribes_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.body_id} {self.template}"
