"""The three steps of filing. What must be there, and what may not, is said by `deviations.services.form.check`: these
forms only read what was typed, and choices come from the county's profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Deviation, Precedent
from deviations.services.form import Filing
from frontend.dates import day
from orgs.models import Organisation
from orgs.profiles.schema import Choice, Profile

LONGEST = 20_000
NOT_CHOSEN = ("", gettext_lazy("Inget valt"))


def plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class PlainText(forms.CharField):
    """Line breaks as one character, as the browser counts them, so that places in the text mean the same here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "strip": False, "max_length": LONGEST, **kwargs})

    def to_python(self, value: Any) -> str:
        return plain_lines(str(super().to_python(value)))


class HappenedForm(forms.Form):
    happened = PlainText(label=gettext_lazy("Vad hände?"), widget=forms.Textarea)


class ConcernsForm(forms.Form):
    """`units`: those the person may file from."""

    reporting_unit = forms.TypedChoiceField(label=gettext_lazy("Du anmäler från"), coerce=int)
    occurred_on = forms.DateField(
        label=gettext_lazy("När hände det?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Datumet går inte att läsa. Skriv det som 2026-03-29.")},
    )
    age = forms.IntegerField(
        label=gettext_lazy("Hur gammal är personen?"),
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Ange åldern i hela år, 0 till 120.")
        ),
    )
    target_group = forms.ChoiceField(label=gettext_lazy("Vilka gäller det?"), required=False, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=gettext_lazy("Vad liknar det mest?"), required=False, widget=forms.RadioSelect)
    problem_area = forms.ChoiceField(label=gettext_lazy("Område"), required=False)
    care_level = forms.TypedChoiceField(
        label=gettext_lazy("Nivå som behövs"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, units: Sequence[Organisation], profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("reporting_unit", [(unit.pk, unit.full_name) for unit in units])
        groups = [(group.id, f"{group.name}, {group.ages}") for group in profile.target_groups]
        self._choose("target_group", [*groups, ("", _("Alla åldrar, eller vet inte"))])
        self._choose("category", [(c.code, c.name) for c in profile.categories if not c.retired])
        areas = profile.responsibility.areas
        self._choose("problem_area", [("", _("Välj område")), *((area.id, area.name) for area in areas)])
        levels = profile.responsibility.levels
        self._choose("care_level", [("", _("Vet inte")), *((str(level), name) for level, name in levels.items())])
        # The browser's own picker: nothing after today. What is sent is checked by the service.
        self.fields["occurred_on"].widget.attrs["max"] = clock.today().isoformat()

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # all of these are
        field.choices = list(choices)

    def answers(self) -> dict[str, Any]:
        """What could be read, except the unit, which is given as a row."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reporting_unit"}


UNASKED = frozenset({"occurrences"})


class Guiding(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Precedent) -> str:
        return obj.title


class ReviewForm(forms.Form):
    """`guiding`: how like matters were answered. Asked only when something was."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är det?"), choices=Deviation.Kind.choices, widget=forms.RadioSelect, required=False
    )
    solved_on_the_spot = forms.BooleanField(
        label=gettext_lazy("Vi löste det på plats"),
        help_text=gettext_lazy("Anmäl ändå, så att mönster syns."),
        required=False,
    )
    occurrences = forms.IntegerField(
        label=gettext_lazy("Hur många gånger har det hänt?"),
        help_text=gettext_lazy("Sker samma sak ofta räcker en anmälan. Skriv hur många gånger den gäller."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Ange hur många gånger det har hänt, 1 till 999.")},
    )
    consequence_person = forms.ChoiceField(label=gettext_lazy("Följd för personen"), required=False)
    consequence_organisation = forms.ChoiceField(label=gettext_lazy("Följd för er verksamhet"), required=False)
    clause = forms.ChoiceField(
        label=gettext_lazy("Överenskommelse eller rutin"),
        help_text=gettext_lazy("Den som inte följdes, om du vet."),
        required=False,
    )
    cites = Guiding(
        label=gettext_lazy("Vill du hänvisa till det?"),
        help_text=gettext_lazy("Då ser gruppen att frågan redan har fått ett svar i länet."),
        queryset=Precedent.objects.none(),
        to_field_name="public_id",
        empty_label=gettext_lazy("Nej"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Välj ett av avgörandena ovan.")},
    )
    suggestion = PlainText(
        label=gettext_lazy("Ditt förslag"),
        help_text=gettext_lazy("Vad skulle hindra att det händer igen?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    local_reference = PlainText(
        label=gettext_lazy("Er egen referens"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, profile: Profile, guiding: Sequence[Precedent] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cites = self.fields["cites"]
        assert isinstance(cites, Guiding)  # noqa: S101  # declared above
        cites.queryset = Precedent.objects.filter(pk__in=[precedent.pk for precedent in guiding])
        self._choose("consequence_person", profile.consequences_person)
        self._choose("consequence_organisation", profile.consequences_organisation)
        clauses = [("", _("Inget valt"))]
        for agreement in profile.agreements:
            clauses.append((agreement.id, agreement.name))
            clauses += [
                (f"{agreement.id}/{c.id}", f"{agreement.name}: {c.number} {c.title}") for c in agreement.clauses
            ]
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = clauses

    def _choose(self, name: str, choices: Iterable[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [NOT_CHOSEN, *((choice.id, choice.name) for choice in choices)]

    def answers(self) -> dict[str, Any]:
        """What could be read. No kind sent means that it was not asked about, never that it is empty."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in UNASKED or value is not None}
        return {name: value for name, value in given.items() if name != "kind" or value}


def otherwise(form: forms.Form) -> list[tuple[str, str]]:
    """The answers that the draft holds (`initial`) where the page holds others: each question and its kept answer."""
    asked = [name for name in form.changed_data if name in form.data or form.initial.get(name) is True]
    return [(str(form.fields[name].label), _said(form.fields[name], form.initial.get(name))) for name in asked]


def _said(field: forms.Field, kept: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return _("Ja") if kept else _("Nej")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        named = {str(value): str(label) for value, label in choices}
        key = getattr(kept, "public_id", kept)
        return named.get("" if key is None else str(key), _("Ett annat val"))
    if isinstance(kept, date):
        return day(kept, "year")
    return _("Inget svar") if kept in {None, ""} else str(kept)


def initial_of(filing: Filing) -> dict[str, Any]:
    """The draft as the forms show it."""
    names = {*HappenedForm.base_fields, *ConcernsForm.base_fields, *ReviewForm.base_fields} - {"reporting_unit"}
    return {
        **{name: getattr(filing, name) for name in names},
        "reporting_unit": filing.reporting_unit.pk,
        "occurred_on": filing.occurred_on or clock.today(),
    }
