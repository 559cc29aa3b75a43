"""SIP register: how many, never whose (G01–G05, D02, D03). No row knows a person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models import County, Organisation


class SipImport(models.Model):
    """One file that was read in whole: where it came from, and so which rows it replaced."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+")
    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("system"), max_length=60, help_text="Cosmic Link, Treserva …")
    file_name = models.CharField(max_length=160)
    checksum = models.CharField(max_length=64, help_text="sha256 of the file; the same file twice changes nothing")
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "source", "checksum"], name="sip_file_read_once")]

    def __str__(self) -> str:
        return self.file_name


class SipCount(models.Model):
    """One principal's counts for one month, municipality and target group, from one source. Corrected: a new row.

    The newest row of the same principal, month, municipality, target group and source counts; older ones stay.
    `individuals` is how many different persons had a SIP during the month (per enskild); the others count plans and
    meetings (totalt). Of the meetings that were `called`, `absent` are those where at least one called party did not
    come, the meetings that fell through for that reason among them. `source` is empty for what was written in by hand.
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="sip_counts")
    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sip_counts")
    municipality = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("kommun")
    )
    target_group = models.CharField(_("målgrupp"), max_length=40)
    month = models.DateField(_("månad"), help_text="first day")
    initiated = models.PositiveIntegerField(_("initierade"), default=0)
    new = models.PositiveIntegerField(_("nya"), default=0)
    conducted = models.PositiveIntegerField(_("genomförda möten"), default=0)
    called = models.PositiveIntegerField(_("möten med kallelse"), default=0, help_text="planned for the month")
    absent = models.PositiveIntegerField(
        _("därav utan alla kallade"), default=0, help_text="a called party was missing"
    )
    followed_up = models.PositiveIntegerField(_("uppföljda"), default=0)
    individuals = models.PositiveIntegerField(_("enskilda"), default=0)
    days_to_start = models.PositiveIntegerField(
        _("dagar från behov till möte, sammanlagt"), null=True, blank=True, help_text="over `new`; mean = this / new"
    )
    source = models.CharField(_("system"), max_length=60, blank=True)
    from_import = models.ForeignKey(SipImport, null=True, blank=True, on_delete=models.PROTECT, related_name="counts")
    replaced_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "month", "municipality", "target_group", "source"],
                condition=Q(replaced_at__isnull=True, municipality__isnull=False),
                name="sip_counted_once",
            ),
            models.UniqueConstraint(  # apart, since SQLite tells one null from another
                fields=["principal", "month", "target_group", "source"],
                condition=Q(replaced_at__isnull=True, municipality__isnull=True),
                name="sip_counted_once_in_all",
            ),
            models.CheckConstraint(condition=Q(absent__lte=F("called")), name="absent_among_called"),
        ]
        indexes = [models.Index(fields=["county", "month"], name="sip_by_month")]

    def __str__(self) -> str:
        return f"{self.principal} {self.month:%Y-%m}"


class SipAttendance(models.Model):
    """How many SIP meetings one party was called to in the month, and how many it came to (G02)."""

    count = models.ForeignKey(SipCount, on_delete=models.PROTECT, related_name="attendance")
    party = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("kallad part"))
    called = models.PositiveIntegerField(_("kallad till"))
    came = models.PositiveIntegerField(_("kom till"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "party"], name="attendance_once_per_party"),
            models.CheckConstraint(condition=Q(came__lte=F("called")), name="came_where_called"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.came}/{self.called}"


class SipQuality(models.Model):
    """How many of the month's plans met one point of the checklist: law and the network's own agreement (G03)."""

    count = models.ForeignKey(SipCount, on_delete=models.PROTECT, related_name="quality")
    point = models.CharField(_("punkt"), max_length=40, help_text="id in the profile's checklist")
    met = models.PositiveIntegerField(_("uppfyller"))
    of = models.PositiveIntegerField(_("granskade"))

    class Meta:
        verbose_name_plural = "sip quality"
        constraints = [
            models.UniqueConstraint(fields=["count", "point"], name="quality_once_per_point"),
            models.CheckConstraint(condition=Q(met__lte=F("of")), name="met_among_those_read"),
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.met}/{self.of}"


class SipTraining(models.Model):
    """How many of a unit's staff are trained in SIP, and whether it has a SIP-samordnare, one year (G04, A17).

    Counts only: nobody is named. Corrected, it is a new row; the newest of the unit and year counts, older ones stay.
    """

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("enhet"))
    year = models.PositiveSmallIntegerField(_("år"))
    staff = models.PositiveIntegerField(_("medarbetare"), help_text="who may take part in a SIP")
    trained = models.PositiveIntegerField(_("utbildade"))
    coordinator = models.BooleanField(_("SIP-samordnare"))
    replaced_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"], condition=Q(replaced_at__isnull=True), name="sip_training_once"
            ),
            models.CheckConstraint(condition=Q(trained__lte=F("staff")), name="trained_among_staff"),
        ]
        indexes = [models.Index(fields=["county", "year"], name="sip_training_by_year")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}: {self.trained}/{self.staff}"
