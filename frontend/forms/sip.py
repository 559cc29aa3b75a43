"""Forms of the SIP register. What cannot be is said by the service; these read what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import SipCount
from deviations.services.sip import MOST, NUMBERS, Attended, Checked, Entered
from deviations.services.sip_columns import Directory
from deviations.services.sip_training import Trained
from frontend import dates
from frontend.forms.governance import NeededLine, UnitField
from orgs.models import Organisation
from orgs.profiles.schema import Profile

BACK = 36  # months to choose from
SPARE = 3  # empty rows for more parties
MOST_PARTIES = 20
WHOLE = gettext_lazy("Skriv ett helt tal.")
SYSTEMS = ("Cosmic Link", "Treserva", "Lifecare", "Procapita", "Combine", "Viva")

LABELS = {
    "initiated": (gettext_lazy("Initierade"), gettext_lazy("Någon såg behovet och tog initiativ.")),
    "new": (gettext_lazy("Nya planer"), gettext_lazy("Upprättade under månaden.")),
    "called": (gettext_lazy("Möten med kallelse"), gettext_lazy("Planerade till månaden.")),
    "absent": (gettext_lazy("Därav utan alla kallade"), gettext_lazy("Minst en kallad part kom inte.")),
    "conducted": (gettext_lazy("Genomförda möten"), ""),
    "followed_up": (gettext_lazy("Uppföljda planer"), ""),
    "individuals": (gettext_lazy("Enskilda"), gettext_lazy("Hur många olika personer, aldrig vilka.")),
    "days_to_start": (
        gettext_lazy("Dagar från behov till möte"),
        gettext_lazy("Sammanlagt för de nya planerna."),
    ),
}


def number(**kwargs: Any) -> forms.IntegerField:
    """Empty is nothing."""
    return forms.IntegerField(
        required=False, min_value=0, max_value=MOST * 100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 7, "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), WHOLE), **kwargs,
    )  # fmt: skip


class CountsForm(forms.Form):
    """One principal's month. `municipality` is asked of regions and private providers only."""

    month = forms.ChoiceField(label=gettext_lazy("Månad"))
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Kommun"), queryset=Organisation.objects.none(), required=False,
        empty_label=gettext_lazy("Ingen särskild"),
    )  # fmt: skip
    target_group = forms.ChoiceField(label=gettext_lazy("Målgrupp"), widget=forms.RadioSelect)
    source = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, principal: Organisation, profile: Profile, municipalities: Any, directory: Directory,
        parties: int = SPARE, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.principal, self.profile, self.directory = principal, profile, directory
        months = self.fields["month"]
        assert isinstance(months, forms.ChoiceField)  # noqa: S101  # declared above
        months.choices = [(f"{month:%Y-%m}", dates.month(month)) for month in last_months(clock.today(), BACK)]
        groups = self.fields["target_group"]
        assert isinstance(groups, forms.ChoiceField)  # noqa: S101  # declared above
        groups.choices = [(group.id, group.name) for group in profile.target_groups]
        if principal.kind == Organisation.Kind.MUNICIPALITY:
            del self.fields["municipality"]
        else:
            self.fields["municipality"].queryset = municipalities  # type: ignore[attr-defined]  # declared above
        for name, (label, help_text) in LABELS.items():
            self.fields[name] = number(label=label, help_text=help_text)
        for point in profile.sip_checklist:
            self.fields[f"met_{point.id}"] = number(label=_("Uppfyller"))
            self.fields[f"of_{point.id}"] = number(label=_("Granskade"))
        self.parties = min(parties, MOST_PARTIES)
        for at in range(self.parties):
            self.fields[f"party_{at}"] = forms.CharField(
                label=_("Kallad part %(n)d") % {"n": at + 1}, required=False, max_length=200,
                widget=forms.TextInput(attrs={"list": "parter", "autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"called_{at}"] = number(label=_("Kallad till"))
            self.fields[f"came_{at}"] = number(label=_("Kom till"))

    # what the template draws
    def numbers(self) -> list[Any]:
        return [self[name] for name in LABELS]

    def rows_of_parties(self) -> list[Any]:
        return [(self[f"party_{at}"], self[f"called_{at}"], self[f"came_{at}"]) for at in range(self.parties)]

    def rows_of_points(self) -> list[Any]:
        return [(p, self[f"met_{p.id}"], self[f"of_{p.id}"]) for p in self.profile.sip_checklist]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for at in range(self.parties):
            name, numbers = given.get(f"party_{at}", ""), (given.get(f"called_{at}"), given.get(f"came_{at}"))
            if name and self.directory.organisation(name) is None:
                self.add_error(f"party_{at}", _("Välj en verksamhet ur listan: enhet och huvudman."))
            elif not name and any(numbers):
                self.add_error(f"party_{at}", _("Skriv vilken part det gäller."))
        return given

    def entered(self) -> Entered:
        given = self.cleaned_data
        year, _dash, month = given["month"].partition("-")
        return Entered(
            principal=self.principal, month=date(int(year), int(month), 1), target_group=given["target_group"],
            municipality=given.get("municipality"), source=given["source"], days_to_start=given["days_to_start"],
            attendance=tuple(self._attendance()), quality=tuple(self._quality()),
            **{name: given[name] or 0 for name in NUMBERS},
        )  # fmt: skip

    def _attendance(self) -> Iterable[Attended]:
        for at in range(self.parties):
            party = self.directory.organisation(self.cleaned_data[f"party_{at}"])
            if party is not None:
                called, came = (self.cleaned_data[f"{name}_{at}"] or 0 for name in ("called", "came"))
                yield Attended(party, called, came)

    def _quality(self) -> Iterable[Checked]:
        for point in self.profile.sip_checklist:
            met, of = (self.cleaned_data[f"{name}_{point.id}"] for name in ("met", "of"))
            if met or of:
                yield Checked(point.id, met or 0, of or 0)


def last_months(today: date, count: int) -> list[date]:
    """Newest first, from the month we are in."""
    at = today.year * 12 + today.month - 1
    return [date((at - back) // 12, (at - back) % 12 + 1, 1) for back in range(count)]


def initial_of(count: SipCount) -> dict[str, Any]:
    """A row as the form has it, for a correction."""
    found: dict[str, Any] = {name: getattr(count, name) for name in LABELS}
    found |= {"month": f"{count.month:%Y-%m}", "municipality": count.municipality_id}
    found |= {"target_group": count.target_group, "source": count.source}
    for each in count.quality.all():
        found |= {f"met_{each.point}": each.met, f"of_{each.point}": each.of}
    for at, attended in enumerate(count.attendance.all()):
        found |= {
            f"party_{at}": attended.party.full_name, f"called_{at}": attended.called, f"came_{at}": attended.came,
        }  # fmt: skip
    return found


class TrainingForm(forms.Form):
    """One unit's year."""

    unit = UnitField(label=gettext_lazy("Enhet"))
    staff = number(label=gettext_lazy("Medarbetare"), help_text=gettext_lazy("Så många kan delta i en SIP."))
    trained = number(label=gettext_lazy("Utbildade i SIP"), help_text=gettext_lazy("Hur många, aldrig vilka."))
    coordinator = forms.BooleanField(label=gettext_lazy("Enheten har en SIP-samordnare"), required=False)

    def __init__(self, *args: Any, units: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, UnitField)  # noqa: S101  # declared above
        chosen = Organisation.objects.filter(pk__in=[unit.pk for unit in units])
        field.queryset = chosen.select_related("principal").order_by("path")

    def entered(self) -> Trained:
        given = self.cleaned_data
        return Trained(given["unit"], given["staff"] or 0, given["trained"] or 0, given["coordinator"])


class FileForm(forms.Form):
    """`file` when it is first sent, `content` (base64) when what it changes has been seen."""

    source = NeededLine(
        label=gettext_lazy("Vilket system kommer uppgifterna från?"), max_length=60,
        widget=forms.TextInput(attrs={"list": "system", "autocomplete": "off"}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("CSV eller Excel (xlsx), högst 500 kB. Bara antal: inga namn och inga personnummer."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Välj en fil."),
            "empty": gettext_lazy("Filen är tom."),
            "missing": gettext_lazy("Välj en fil."),
            "invalid": gettext_lazy("Välj en fil."),
        },
        allow_empty_file=True,
    )
