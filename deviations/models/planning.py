"""Handlingsplan, aktiviteter och årshjul: what a body has promised to do, and when (I01, F03, D04)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Body, Organisation


class ActionPlan(models.Model):
    """Handlingsplan of a body, usually for two years, from its steering body's plan."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("utkast")
        ADOPTED = "adopted", _("antagen")
        ENDED = "ended", _("avslutad")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="action_plans")
    title = models.CharField(_("namn"), max_length=160)
    from_year = models.PositiveSmallIntegerField(_("från år"))
    to_year = models.PositiveSmallIntegerField(_("till och med år"))
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_by")
    revision = models.PositiveSmallIntegerField(default=1)
    adopted_on = models.DateField(_("antagen"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_year__gte=models.F("from_year")), name="plan_years_in_order")
        ]

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """Aktivitet i handlingsplanen, with its indicator and how far it has come."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planerad")
        STARTED = "started", _("pågår")
        DONE = "done", _("genomförd")
        STOPPED = "stopped", _("avbruten")

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="activities")
    title = models.CharField(_("aktivitet"), max_length=200)
    goal = models.TextField(_("mål"), blank=True)
    owner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("klar senast"))
    indicator = models.CharField(_("indikator"), max_length=200, blank=True)
    indicator_target = models.CharField(_("målvärde"), max_length=120, blank=True)
    indicator_now = models.CharField(_("läget nu"), max_length=120, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.PLANNED)
    progress = models.TextField(_("så går det"), blank=True)
    reported_on = models.DateField(null=True, blank=True)
    deviations = models.ManyToManyField("deviations.Deviation", related_name="activities", blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title


class Duty(models.Model):
    """Post i årshjulet: one thing that a body has to do by one day, and what shows that it was done."""

    class Kind(models.TextChoices):
        REPORT = "report", _("rapport")
        AGREEMENT = "agreement", _("uppföljning av överenskommelse")
        MANDATE = "mandate", _("översyn av uppdrag")
        PLAN = "plan", _("återrapportering av handlingsplan")
        MEETING = "meeting", _("möten enligt uppdraget")
        OTHER = "other", _("annat")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="duties")
    key = models.CharField(max_length=160, help_text="where it comes from, so that it is made once: report:lsvo:2026")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(_("uppgift"), max_length=200)
    due_on = models.DateField(_("senast"))
    done_on = models.DateField(_("klar"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.TextField(_("underlag"), blank=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [models.UniqueConstraint(fields=["body", "key"], name="duty_made_once")]
        indexes = [models.Index(fields=["body", "due_on"], name="duties_by_day")]

    def __str__(self) -> str:
        return self.title
