"""The deviation itself."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from deviations.visible import DeviationQuerySet
from deviations.workflow import STATE_LABELS, State
from orgs.models import Body, Clause, County, Organisation, ProfileVersion


class Deviation(models.Model):
    """Avvikelse i samverkan. Carries no identity of the person concerned (A05): see `LocalReference`.

    From submission to archive it always has exactly one accountable body; the database refuses anything else.
    Addresses, the API and sockets use `public_id`, which says nothing about how many there are.
    """

    class Kind(models.TextChoices):
        RISK = "risk", _("Risk")
        NEAR_MISS = "near_miss", _("Tillbud")
        EVENT = "event", _("Händelse")
        GOOD_EXAMPLE = "good_example", _("Gott exempel")

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="deviations")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False, help_text="running number in the county and year")
    state = models.CharField(
        max_length=24, choices=[(s.value, label) for s, label in STATE_LABELS.items()], default=State.DRAFT
    )
    sequence = models.PositiveIntegerField(default=0, help_text="of the newest history entry")

    kind = models.CharField(_("slag"), max_length=16, choices=Kind, default=Kind.EVENT)
    title = models.CharField(_("rubrik"), max_length=160, blank=True)
    happened = models.TextField(_("vad hände"), blank=True)
    comment = models.TextField(_("kommentar"), blank=True)
    suggestion = models.TextField(_("förslag"), blank=True)
    consequence_person = models.CharField(_("följd för personen"), max_length=40, blank=True)
    consequence_organisation = models.CharField(_("följd för verksamheten"), max_length=40, blank=True)
    occurred_on = models.DateField(_("hände"), null=True, blank=True)
    age = models.PositiveSmallIntegerField(_("ålder"), null=True, blank=True, help_text="whole years")
    target_group = models.CharField(_("målgrupp"), max_length=40, blank=True)
    category = models.CharField(_("kategori"), max_length=80, blank=True)
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="deviations")
    clause_key = models.CharField(max_length=120, blank=True, help_text="agreement or agreement/clause, as filed")
    cites = models.ForeignKey(
        "deviations.Precedent", null=True, blank=True, on_delete=models.PROTECT, related_name="cited_by",
        verbose_name=_("hänvisar till"), help_text="how a like dispute was answered, as the reporter has read it",
    )  # fmt: skip
    problem_area = models.CharField(_("problemområde"), max_length=80, blank=True)
    care_level = models.PositiveSmallIntegerField(_("vårdnivå"), null=True, blank=True)
    solved_on_the_spot = models.BooleanField(_("löst på plats"), default=False)
    tags = models.JSONField(_("teman"), default=list, blank=True)

    reporting_unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reporting_principal = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    receiving_unit = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receiving_principal = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other_receiving = models.JSONField(default=list, blank=True, help_text="ids of further receiving units")
    municipality_code = models.CharField(_("kommun"), max_length=4, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    profile_version = models.ForeignKey(ProfileVersion, null=True, on_delete=models.PROTECT, related_name="+")
    accountable_body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="accountable_for")
    accountable_shown = models.CharField(max_length=200, blank=True, help_text="the body's name on the day it happened")
    rule_id = models.CharField(max_length=80, blank=True)
    routing = models.JSONField(default=dict, blank=True, help_text="the decision as explained to the reporter")
    flags = models.JSONField(default=list, blank=True)
    bounces = models.PositiveSmallIntegerField(_("studsar"), default=0)

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("handläggs av"),
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        verbose_name=_("hör ihop med"),
    )
    occurrences = models.PositiveSmallIntegerField(
        _("antal gånger"), default=1, help_text="more than one when a frequent mild event is filed together"
    )

    severity = models.PositiveSmallIntegerField(_("allvar"), null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField(_("sannolikhet"), null=True, blank=True)
    closing_severity = models.PositiveSmallIntegerField(_("allvar efteråt"), null=True, blank=True)
    closing_likelihood = models.PositiveSmallIntegerField(_("sannolikhet efteråt"), null=True, blank=True)
    triage_due_on = models.DateField(_("ska vara mottagen"), null=True, blank=True)
    answer_due_on = models.DateField(_("svar senast"), null=True, blank=True)
    agenda_on = models.DateField(_("på dagordning"), null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    filed_at = models.DateTimeField(_("inskickad"), null=True, editable=False)
    received_at = models.DateTimeField(null=True, editable=False)
    first_answer_at = models.DateTimeField(null=True, editable=False, help_text="first statement, decision or feedback")
    decided_at = models.DateTimeField(null=True, editable=False)
    fed_back_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    helped = models.BooleanField(_("hjälpte det"), null=True, editable=False)
    search_stems = models.TextField(editable=False, blank=True, help_text="words and their stems: deviations.search")

    objects = DeviationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[State.DRAFT, State.DISCARDED])
                | models.Q(
                    accountable_body__isnull=False,
                    filed_at__isnull=False,
                    number__isnull=False,
                    reporting_unit__isnull=False,
                    profile_version__isnull=False,
                ),
                name="submitted_has_one_accountable_body",
            ),
            models.UniqueConstraint(fields=["county", "year", "number"], name="number_once_per_county_and_year"),
        ]
        indexes = [
            models.Index(fields=["county", "category", "receiving_unit", "-filed_at"], name="similar_earlier"),
            models.Index(fields=["county", "filed_at"], name="county_by_time"),
            models.Index(fields=["-filed_at", "-id"], name="deviation_by_time"),
            models.Index(fields=["filed_by", "-id"], name="own_by_time"),
            models.Index(fields=["filed_by", "filed_at"], name="first_of_a_person"),
            models.Index(fields=["accountable_body", "state"], name="desk_of_body"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it: "2026-0112". A draft has none yet."""
        return f"{self.year}-{self.number:04d}" if self.number else ""

    @property
    def risk(self) -> int | None:
        """Severity × likelihood, 1 to 16; None until scored."""
        return self.severity * self.likelihood if self.severity and self.likelihood else None

    @property
    def risk_after(self) -> int | None:
        """The same, estimated again before closing."""
        after = self.closing_severity, self.closing_likelihood
        return after[0] * after[1] if after[0] and after[1] else None


class LocalReference(models.Model):
    """The reporting principal's own key to the person concerned. It stays in that principal's vault."""

    deviation = models.OneToOneField(Deviation, on_delete=models.CASCADE, related_name="local_reference")
    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("egen referens"), max_length=120)

    def __str__(self) -> str:
        return "…"


class NumberSeries(models.Model):
    """The last running number given per county and year. Its row lock is taken last in a submission."""

    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_series_per_county_and_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class DraftPage(models.Model):
    """The page that wrote in a step of a draft last, since it can be open in two windows. Gone when it is sent."""

    draft = models.ForeignKey(Deviation, on_delete=models.CASCADE, related_name="pages")
    step = models.CharField(max_length=10, help_text="what, concerns or review")
    key = models.CharField(max_length=32, help_text="drawn anew each time the step is shown")
    turn = models.PositiveIntegerField(help_text="how many times the page had sent what it holds; 0 without scripts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "step"], name="draftpage_one_for_each_step")]

    def __str__(self) -> str:
        return f"{self.step}: {self.key}"


class Submission(models.Model):
    """An idempotency key: the same submission sent twice by the same person is stored once."""

    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, help_text="sha256 of what was sent; another content is refused")
    deviation = models.ForeignKey(Deviation, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filed_by", "key"], name="submission_stored_once")]

    def __str__(self) -> str:
        return self.key
