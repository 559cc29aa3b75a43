"""What a receiving unit fills in, and the group's longer time. `frontend.forms.steps` says what a step's form is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.deadlines import working_days_from
from deviations.models import Deviation, Party, Statement
from deviations.visibility import standings
from frontend.dates import day, left
from frontend.forms.filing_proposals import UnitSuggestion, suggested_units
from frontend.forms.steps import ONLY_WHAT, Day, MoreText, NeededText, OtherBody, Owner, StepForm, other_bodies
from orgs.models import Organisation
from orgs.permissions import Keys
from orgs.roles import Ability

SEARCH = "q"
A_WEEK = 5  # working days


def waiting(deviation: Deviation, keys: Keys) -> list[Statement]:
    """The requests that wait for units where the person answers."""
    units = keys.organisations.get(Ability.ANSWER, frozenset())
    principals = keys.principals.get(Ability.ANSWER, frozenset())
    asked = Statement.objects.filter(deviation=deviation, status=Statement.Status.REQUESTED)
    asked = asked.filter(Q(organisation__in=units) | Q(organisation__principal__in=principals))
    return list(asked.select_related("organisation__principal").order_by("due_on", "pk"))


class AnsweringForm(StepForm):
    """`of` is asked only of whoever answers for several units that are waited for."""

    of = Owner(
        label=gettext_lazy("Vilken enhet svarar ni för?"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj vilken enhet ni svarar för."),
            "invalid_choice": gettext_lazy("Det väntar inget yttrande från den enheten."),
        },
    )

    def offer(self) -> None:
        asked = waiting(self.deviation, self.keys)
        field = self.fields["of"]
        assert isinstance(field, Owner)  # noqa: S101  # declared above
        units = [statement.organisation_id for statement in asked]
        field.queryset = Organisation.objects.filter(pk__in=units).select_related("principal")
        if len(asked) < 2:
            del self.fields["of"]


class AcceptForm(AnsweringForm):
    """Nothing more to fill in."""


class GiveStatementForm(AnsweringForm):
    cause = NeededText(
        label=gettext_lazy("Orsak"), help_text=gettext_lazy("Hur ser ni på vad som hände, och varför det blev så?")
    )
    measures = MoreText(label=gettext_lazy("Åtgärder"), help_text=gettext_lazy("Vad ni har gjort, eller tänker göra."))
    consequences = MoreText(
        label=gettext_lazy("Följder"), help_text=gettext_lazy("För den det gällde, och för verksamheten.")
    )
    follow_up = MoreText(
        label=gettext_lazy("Uppföljning"), help_text=gettext_lazy("Hur ni ser att det har blivit bättre.")
    )


# ── finding the unit by typing ───────────────────────────────────────────────────────────────────────────────────────
class UnitPicker(forms.Widget):
    """A search field, and below it the units found as radio buttons. Without scripts a button searches."""

    template_name = "frontend/answer/unit_picker.html"
    form: NamingForm

    def use_required_attribute(self, initial: Any) -> bool:
        """The letters are never needed, only the choice that they lead to."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = str(self.form.data.get(SEARCH, "") or self.form.initial.get(SEARCH, ""))
        chosen = str(value or "")
        return {
            **super().get_context(name, value, attrs),
            "deviation": self.form.deviation,
            **found_units(self.form.deviation, self.form.keys, typed=typed, chosen=chosen),
        }


class UnitByTyping(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Organisation.objects.none(),
            widget=UnitPicker,
            error_messages={
                "required": gettext_lazy("Ange vilken verksamhet det hör till i stället."),
                "invalid_choice": gettext_lazy("Välj en verksamhet i länet som finns i dag."),
            },
            **kwargs,
        )


class NamingForm(AnsweringForm):
    """A form whose `unit` is found by typing."""

    def find_units(self) -> None:
        field = self.fields["unit"]
        assert isinstance(field, UnitByTyping) and isinstance(field.widget, UnitPicker)  # noqa: S101, PT018  # declared
        field.queryset = Organisation.objects.filter(county_id=self.deviation.county_id).select_related("principal")
        field.widget.form = self


def found_units(deviation: Deviation, keys: Keys, *, typed: str, chosen: str) -> dict[str, Any]:
    """The units to choose from: the one chosen first, then those that the letters point at. Without letters those that
    the deviation already concerns, which is where most of them belong."""
    own = {s.organisation_id for s in waiting(deviation, keys)}
    picked = int(chosen) if chosen.isdecimal() and len(chosen) <= len(str(2**31)) else None
    shown = _suggestions([picked] if picked else [], deviation.county_id, own)
    if typed.strip():
        taken = {*own, picked} if picked else own
        shown += suggested_units(deviation.county, typed, chosen=taken, user=AnonymousUser())
    else:
        parties = [p.organisation_id for p in deviation.parties.all() if p.organisation_id not in (None, picked)]
        shown += _suggestions(parties, deviation.county_id, own)
    return {"typed": typed, "units": shown, "chosen": picked}


def _suggestions(pks: list[int | None], county_id: int, own: set[int]) -> list[UnitSuggestion]:
    units = Organisation.objects.filter(county_id=county_id).select_related("principal").in_bulk([p for p in pks if p])
    places = [units[pk] for pk in dict.fromkeys(pks) if pk in units and pk not in own]
    return [
        UnitSuggestion(u.pk, escape(u.name), escape(u.principal.name if u.principal else ""), recent=False)
        for u in places
    ]


class PassOnForm(NamingForm):
    unit = UnitByTyping(
        label=gettext_lazy("Vem hör det till?"), help_text=gettext_lazy("Tre bokstäver räcker, till exempel bup.")
    )
    reason = NeededText(label=gettext_lazy("Varför hör det dit?"), help_text=ONLY_WHAT)
    field_order = ("of", "unit", "reason")

    def offer(self) -> None:
        super().offer()
        self.find_units()


class DeclineForm(NamingForm):
    """The accountable body says which body it belongs to instead; a unit which unit, when its reason is that somebody
    else is responsible."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Skäl"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj ett av skälen."),
            "invalid_choice": gettext_lazy("Välj ett av skälen."),
        },
    )
    unit = UnitByTyping(
        label=gettext_lazy("Vem hör det till i stället?"),
        help_text=gettext_lazy(
            "Behövs när någon annan har ansvaret, och den enheten tillfrågas då direkt. Tre bokstäver räcker."
        ),
        required=False,
    )
    comment = NeededText(label=gettext_lazy("Varför?"), help_text=ONLY_WHAT)
    to = OtherBody(label=gettext_lazy("Vem hör den till i stället?"), required=False)
    field_order = ("of", "reason", "unit", "comment", "to")

    def offer(self) -> None:
        self.choose_from("reason", [(choice.id, choice.name) for choice in self.profile.decline_reasons])
        if (Party.Role.ACCOUNTABLE.value, Ability.HANDLE) in standings(self.deviation, self.keys):
            self.fields["to"].required = True
            self.choose_rows("to", other_bodies(self.deviation))
            del self.fields["unit"], self.fields["of"]
        else:
            super().offer()
            self.find_units()
            del self.fields["to"]

    @property
    def hints(self) -> dict[str, str]:
        """What each reason means, by its id."""
        return {choice.id: choice.help or "" for choice in self.profile.decline_reasons}


# ── longer time ──────────────────────────────────────────────────────────────────────────────────────────────────────
class WhichStatement(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Statement) -> str:
        return _("%(unit)s, sista dag %(day)s (%(left)s)") % {
            "unit": obj.organisation.full_name,
            "day": day(obj.due_on),
            "left": left(obj.due_on),
        }


class ExtendStatementForm(StepForm):
    statement = WhichStatement(
        label=gettext_lazy("Vems yttrande?"),
        queryset=Statement.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj vilket yttrande."),
            "invalid_choice": gettext_lazy("Yttrandet väntar inte längre på svar."),
        },
    )
    due_on = Day(label=gettext_lazy("Ny sista dag"))
    reason = NeededText(
        label=gettext_lazy("Varför behövs längre tid?"),
        help_text=gettext_lazy("Läses av enheten och av dem som avvikelsen berör. Skriv vad, aldrig vem."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def offer(self) -> None:
        asked = Statement.objects.filter(deviation=self.deviation, status=Statement.Status.REQUESTED)
        self.choose_rows("statement", asked.select_related("organisation__principal", "deviation").order_by("due_on"))
        first = asked.order_by("due_on").first()
        today = clock.today()
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        self.initial["due_on"] = working_days_from(max(first.due_on if first else today, today), A_WEEK)
