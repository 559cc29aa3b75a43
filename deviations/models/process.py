"""Processmått, effektmått and control moments (H01, H02, H04, D11); audits and what they recommended (J01–J04)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Agreement, Body, County, Organisation


class ProcessMeasure(models.Model):
    """A number that a body follows: formula among the definitions, board target and statutory limit side by side (H04).

    The two are never merged: a met target must not hide a breach of the law.
    """

    class Kind(models.TextChoices):
        PROCESS = "process", _("processmått")
        OUTCOME = "outcome", _("effektmått")

    class Better(models.TextChoices):
        HIGHER = "higher", _("högre är bättre")
        LOWER = "lower", _("lägre är bättre")

    class Cadence(models.TextChoices):
        MONTH = "month", _("varje månad")
        TERTIAL = "tertial", _("varje tertial")
        YEAR = "year", _("varje år")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="process_measures")
    key = models.CharField(max_length=60, blank=True, help_text="id among the profile's indicators, when from there")
    name = models.CharField(_("namn"), max_length=160)
    kind = models.CharField(_("slag"), max_length=8, choices=Kind, default=Kind.PROCESS)
    goal = models.CharField(_("mål i verksamhetsplanen"), max_length=200, blank=True)
    formula = models.CharField(
        _("formel"), max_length=40, blank=True, help_text="id among `learning.measures`; empty: written in by hand"
    )
    filters = models.JSONField(default=dict, blank=True, help_text='which counts: {"category": "SIP"}')
    unit = models.CharField(_("enhet"), max_length=30, default="%")
    better = models.CharField(max_length=6, choices=Better, default=Better.HIGHER)
    target = models.FloatField(_("nämndens mål"), null=True, blank=True)
    target_by = models.CharField(_("målet beslutat av"), max_length=160, blank=True)
    statutory_limit = models.FloatField(_("lagens gräns"), null=True, blank=True)
    statute = models.CharField(_("lagrum"), max_length=160, blank=True)
    guarantee = models.CharField(_("det lagen lovar"), max_length=200, blank=True, help_text="in words")
    owner = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ägare")
    )
    cadence = models.CharField(_("följs"), max_length=8, choices=Cadence, default=Cadence.TERTIAL)
    activity = models.ForeignKey(
        "deviations.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="process_measures"
    )
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, help_text="what the profile says beside it")
    from_profile = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["body", "ended_on"], name="process_measures_of_body")]

    def __str__(self) -> str:
        return self.name


class ProcessValue(models.Model):
    """A value of one period: counted from the definitions, or written in by hand with where it is from."""

    measure = models.ForeignKey(ProcessMeasure, on_delete=models.PROTECT, related_name="values")
    first_month = models.DateField()
    last_month = models.DateField()
    value = models.FloatField(_("värde"), null=True, blank=True, help_text="empty: too few to be told")
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    statutory_value = models.FloatField(
        _("värde mot lagens gräns"), null=True, blank=True, help_text="when the law counts it in another way"
    )
    comment = models.TextField(_("kommentar"), blank=True)
    source = models.CharField(_("källa"), max_length=160, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "first_month", "last_month"],
                condition=Q(replaced_at__isnull=True),
                name="one_value_per_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class ControlMoment(models.Model):
    """Kontrollmoment: was the routine followed? A sample of so many, so many of which followed it (D11)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="control_moments")
    question = models.CharField(_("fråga"), max_length=200)
    agreement = models.ForeignKey(
        Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("rutin")
    )
    unit = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("enhet")
    )
    measure = models.ForeignKey(
        ProcessMeasure, null=True, blank=True, on_delete=models.PROTECT, related_name="control_moments"
    )
    planned_on = models.DateField(_("ska göras"))
    done_on = models.DateField(_("gjord"), null=True, blank=True)
    sample = models.PositiveIntegerField(_("granskade"), null=True, blank=True)
    followed = models.PositiveIntegerField(_("följde rutinen"), null=True, blank=True)
    finding = models.TextField(_("det vi såg"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(sample__isnull=False, followed__isnull=False),
                name="done_control_has_numbers",
            ),
            models.CheckConstraint(
                condition=Q(sample__isnull=True) | Q(followed__lte=F("sample")), name="followed_among_sample"
            ),
        ]
        indexes = [models.Index(fields=["body", "planned_on"], name="control_moments_by_day")]

    def __str__(self) -> str:
        return self.question


class Audit(models.Model):
    """A public audit, and how many recommendations its own text says that it has (J03 compares)."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="audits")
    key = models.CharField(max_length=60, help_text="stable id in the shipped data: vl_2024")
    title = models.CharField(_("revision"), max_length=200)
    year = models.PositiveSmallIntegerField(_("år"))
    auditor = models.CharField(_("revisor"), max_length=160, blank=True)
    reference = models.CharField(_("diarienummer"), max_length=60, blank=True)
    claims = models.JSONField(
        default=list, blank=True, help_text='[{"where": "§1", "about": "total", "says": 16}], statements to check'
    )
    verdicts = models.JSONField(
        default=list,
        blank=True,
        help_text='[{"question", "verdict", "where"}]: yes, in_essence, partly, no, not_judged',
    )
    note = models.TextField(blank=True, help_text="what our source does not say")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="audit_key_once_per_county")]

    def __str__(self) -> str:
        return self.title


class Recommendation(models.Model):
    """Revisionsrekommendation: what was recommended, to whom, and by when an answer was asked for (J01).

    `wording` says whether `text` is the audit's own; where we do not know it, the text says so and nothing more.
    """

    class Wording(models.TextChoices):
        QUOTED = "quoted", _("revisionens egna ord")
        SUMMARISED = "summarised", _("återgiven med andra ord")
        UNKNOWN = "unknown", _("texten finns i revisionsrapporten")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="recommendations")
    number = models.CharField(_("nummer"), max_length=20)
    first_given_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="when it repeats one of an earlier audit"
    )
    text = models.TextField(_("rekommendation"))
    source = models.CharField(_("källa"), max_length=80, blank=True, help_text="§ of the audit's text")
    wording = models.CharField(max_length=10, choices=Wording, default=Wording.SUMMARISED)
    assumed = models.TextField(blank=True, help_text="what the source leaves open, and what was chosen")
    reply_due_on = models.DateField(_("svar senast"), null=True, blank=True)
    categories = models.JSONField(
        _("kategorier"), default=list, blank=True, help_text="of deviations it is about (J04)"
    )
    measures = models.ManyToManyField(ProcessMeasure, related_name="recommendations", blank=True)
    activities = models.ManyToManyField("deviations.Activity", related_name="recommendations", blank=True)
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations",
        help_text="the body that follows it up",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "number"], name="recommendation_once_per_audit")]
        ordering = ["audit", "pk"]

    def __str__(self) -> str:
        return f"{self.audit}: {self.number}"

    @property
    def cited(self) -> str:
        """ "rekommendation 2", "§5 a": a bare number says nothing beside the audit's name and year."""
        words = _("rekommendation %(number)s") if self.number[:1].isdigit() else "%(number)s"
        return str(words % {"number": self.number})

    @property
    def full_name(self) -> str:
        """With its audit, as in a heading."""
        return f"{self.audit.title} {self.audit.year}, {self.cited}"


class RecommendationReply(models.Model):
    """One addressee's own answer: several boards answer one audit separately (J01)."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="replies")
    addressee = models.CharField(_("nämnd eller styrelse"), max_length=160)
    principal = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reply = models.TextField(_("svar"), blank=True)
    replied_on = models.DateField(_("besvarad"), null=True, blank=True)
    evidence = models.TextField(_("underlag"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "recommendation replies"
        constraints = [models.UniqueConstraint(fields=["recommendation", "addressee"], name="addressee_answers_once")]

    def __str__(self) -> str:
        return self.addressee


class RecommendationStatus(models.Model):
    """Åtgärdad, kvarstår delvis or kvarstår, as somebody judged it on a day, with evidence. Only added to (J02).

    With `said_in` and without `by` it is what the audit's own text says; `judged_on` is then the first day of its year.
    """

    class Status(models.TextChoices):
        DONE = "done", _("åtgärdad")
        PARTLY = "partly", _("kvarstår delvis")
        REMAINS = "remains", _("kvarstår")

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(_("läge"), max_length=8, choices=Status)
    judged_on = models.DateField(_("bedömd"))
    said_in = models.CharField(_("står i"), max_length=120, blank=True, help_text="§ or appendix of an audit's text")
    evidence = models.TextField(_("underlag"), blank=True)
    evaluation = models.TextField(_("så utvärderades effekten"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "recommendation statuses"
        ordering = ["judged_on", "pk"]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.status}"
