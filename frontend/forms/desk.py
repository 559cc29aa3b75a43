"""The forms of the desk's own steps: who handles it, and what it belongs together with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import Deviation, Party
from deviations.search import NUMBER
from deviations.services.desk import handlers_of
from frontend.forms.steps import ONLY_WHAT, MoreText, StepForm
from orgs.models import User
from orgs.roles import Ability


class Colleague(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: User) -> str:
        return obj.name


class AssignForm(StepForm):
    to = Colleague(
        label=gettext_lazy("Vem handlägger?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Ingen särskild"),
        error_messages={"invalid_choice": gettext_lazy("Välj någon som handlägger i organet.")},
    )

    def offer(self) -> None:
        handles = self.keys.bodies.get(Ability.HANDLE, frozenset())
        roles = (Party.Role.ACCOUNTABLE, Party.Role.STAND_IN)
        bodies = [p.body_id for p in self.deviation.parties.all() if p.role in roles and p.body_id in handles]
        field = self.fields["to"]
        assert isinstance(field, Colleague)  # noqa: S101  # declared above
        field.queryset = User.objects.filter(pk__in=handlers_of([pk for pk in bodies if pk])).order_by("name")
        self.initial["to"] = self.deviation.assigned_to_id or self.keys.user_id


class OtherDeviation(forms.CharField):
    """By its number, as people say it. Whether the person may read it is asked by the service, with the same words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=20,
            help_text=gettext_lazy("Numret, till exempel 2026-0112."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": gettext_lazy("Skriv numret på den andra avvikelsen.")},
            **kwargs,
        )


def numbered(words: str, county_id: int) -> Deviation:
    number = NUMBER.match(words.strip())
    found = number and Deviation.objects.filter(county=county_id, year=int(number[1]), number=int(number[2])).first()
    if not found:
        unknown = _("Det finns ingen avvikelse med det numret bland dem du får läsa.")
        raise forms.ValidationError(unknown, code="unknown")
    return found


class LinkForm(StepForm):
    other = OtherDeviation(label=gettext_lazy("Med vilken?"))
    reason = MoreText(label=gettext_lazy("Vad har de gemensamt?"), max_length=200, help_text=ONLY_WHAT)

    def clean_other(self) -> Deviation:
        return numbered(self.cleaned_data["other"], self.deviation.county_id)


class MergeForm(StepForm):
    into = OtherDeviation(label=gettext_lazy("Med vilken, som ni handlägger?"))

    def clean_into(self) -> Deviation:
        return numbered(self.cleaned_data["into"], self.deviation.county_id)


class SeparateForm(StepForm):
    reason = MoreText(label=gettext_lazy("Varför delas de upp?"), help_text=ONLY_WHAT)
