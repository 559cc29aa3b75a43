"""Forms of process measures and control moments. What must be there is said by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from deviations import clock
from deviations.models import Activity, ProcessMeasure
from deviations.services.process import ended_spans
from deviations.services.process_values import FORMULAS
from frontend.forms.governance import Line, NeededLine, UnitField
from frontend.forms.steps import BIGGEST, ONLY_WHAT, Day, MoreText, NeededText
from orgs.models import Agreement, Body, Organisation

MOST = 1_000_000
BY_HAND = ("", _("Skrivs in för hand"))


class Number(forms.FloatField):
    """With a decimal comma, as Swedish writes it."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": _("Skriv ett tal, till exempel 82,5."), "required": _("Skriv ett tal.")}
        super().__init__(min_value=0, max_value=MOST, localize=True, error_messages=wrong, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"


class Whole(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Skriv ett heltal.")
        super().__init__(min_value=0, max_value=BIGGEST, error_messages={"invalid": wrong, "required": wrong}, **kwargs)


class Chosen(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, empty_label=_("Ingen särskild"),
            error_messages={"invalid_choice": _("Välj en av dem som finns.")}, **kwargs,
        )  # fmt: skip


def activities_for(body: Body) -> QuerySet[Activity]:
    """Of the body's own plan and of the plan above."""
    return Activity.objects.filter(plan__body__in=[body.pk, body.steering_body_id or body.pk]).order_by("title", "pk")


def agreements_for(body: Body) -> QuerySet[Agreement]:
    return Agreement.objects.filter(county=body.county_id).order_by("name")


class LimitsForm(forms.Form):
    """Target and limit, and what the number belongs to (H02)."""

    target = Number(label=_("Nämndens mål"), required=False)
    target_by = Line(label=_("Målet är beslutat av"), max_length=160, required=False)
    statutory_limit = Number(
        label=_("Lagens gräns"), required=False, help_text=_("Till exempel 100 när lagen gäller alla.")
    )
    guarantee = Line(label=_("Det lagen lovar, i ord"), max_length=200, required=False)
    statute = Line(label=_("Lagrum"), max_length=160, required=False)
    goal = Line(label=_("Mål i verksamhetsplanen"), max_length=200, required=False)
    owner = UnitField(label=_("Ägare"), required=False)
    reason = NeededText(label=_("Varför ändras det?"), help_text=ONLY_WHAT, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, body: Body, owners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  # declared above
        owner.queryset = owners
        own = activities_for(body)
        if own:
            self.fields["activity"] = Chosen(label=_("Aktivitet i handlingsplanen"), queryset=own)
        if "reason" in self.fields:
            self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


class MeasureForm(LimitsForm):
    name = NeededLine(label=_("Vad mäts?"), max_length=160)
    kind = forms.ChoiceField(
        label=_("Slag"), choices=[(value, capfirst(label)) for value, label in ProcessMeasure.Kind.choices]
    )
    formula = forms.ChoiceField(label=_("Hur fås värdet?"), choices=[BY_HAND], required=False)
    unit = NeededLine(label=_("Enhet"), max_length=30, initial="%")
    better = forms.ChoiceField(
        label=_("Vad är bra?"), choices=[(value, capfirst(label)) for value, label in ProcessMeasure.Better.choices]
    )
    cadence = forms.ChoiceField(
        label=_("Hur ofta?"), initial=ProcessMeasure.Cadence.TERTIAL,
        choices=[(value, capfirst(label)) for value, label in ProcessMeasure.Cadence.choices],
    )  # fmt: skip
    field_order = ("name", "kind", "formula", "unit", "better", "cadence")
    reason = None  # type: ignore[assignment]  # Django's way to leave out an inherited field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formula = self.fields["formula"]
        assert isinstance(formula, forms.ChoiceField)  # noqa: S101  # declared above
        formula.choices = [BY_HAND, *((id, found.name) for id, found in FORMULAS.items() if not found.filters)]


class ValueForm(forms.Form):
    """`measure`: not one that is counted."""

    period = forms.ChoiceField(label=_("Period"), error_messages={"required": _("Välj period.")})
    value = Number(label=_("Värde"))
    statutory_value = Number(
        label=_("Värde mot lagens gräns"), required=False,
        help_text=_("Bara när lagen räknar på ett annat sätt än målet, till exempel 60 dagar i stället för 30."),
    )  # fmt: skip
    source = NeededLine(label=_("Var kommer värdet ifrån?"), max_length=160)
    comment = MoreText(label=_("Kommentar"), required=False, help_text=ONLY_WHAT)

    def __init__(self, *args: Any, measure: ProcessMeasure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spans = {span.key: span for span in ended_spans(measure, today=clock.today())}
        period = self.fields["period"]
        assert isinstance(period, forms.ChoiceField)  # noqa: S101  # declared above
        period.choices = [(key, capfirst(span.words)) for key, span in self.spans.items()]
        if measure.statutory_limit is None:
            del self.fields["statutory_value"]


class EndMeasureForm(forms.Form):
    reason = NeededText(label=_("Varför följs måttet inte längre?"), help_text=ONLY_WHAT)


class ControlForm(forms.Form):
    question = NeededLine(
        label=_("Vad ska kontrolleras?"), max_length=200,
        help_text=_("Till exempel: Kallades alla parter till SIP på det sätt som rutinen säger?"),
    )  # fmt: skip
    planned_on = Day(label=_("Ska vara gjord"))
    unit = UnitField(label=_("Enhet"), required=False)

    def __init__(self, *args: Any, body: Body, owners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)  # noqa: S101  # declared above
        unit.queryset = owners
        self.fields["agreement"] = Chosen(label=_("Rutin eller överenskommelse"), queryset=agreements_for(body))
        self.fields["measure"] = Chosen(
            label=_("Hör till måttet"), queryset=ProcessMeasure.objects.filter(body=body, ended_on=None)
        )


class DoControlForm(forms.Form):
    sample = Whole(label=_("Hur många granskades?"))
    followed = Whole(label=_("Hur många följde rutinen?"))
    finding = MoreText(label=_("Vad såg ni?"), required=False, help_text=ONLY_WHAT)
    done_on = Day(label=_("Gjord den"), required=False)
