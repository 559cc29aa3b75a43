"""Forms of a body's own work: its yearly wheel, its plan, whether it rests; and of the registers.

What must be there is said by the services; these forms read what was filled in and offer what there is to choose from.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from deviations import clock
from deviations.models import ActionPlan, Activity
from frontend.forms.filing import PlainText
from frontend.forms.steps import ONLY_WHAT, Day, MoreText, NeededText
from orgs.models import Body, ContactRoute, Organisation


class Line(PlainText):
    """One line of text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput())
        super().__init__(**kwargs)


class NeededLine(NeededText):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(), **kwargs})


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid_choice": _("Välj en av verksamheterna.")})
        super().__init__(queryset=Organisation.objects.none(), empty_label=_("Välj verksamhet"), **kwargs)

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_name


class ReasonForm(forms.Form):
    reason = NeededText(label=_("Varför?"), help_text=_("Det läses av dem som anmäler. Skriv vad, aldrig vem."))


class FinishDutyForm(forms.Form):
    evidence = NeededText(
        label=_("Vad visar att det är gjort?"),
        help_text=_("Till exempel diarienummer, datum för mötet eller var rapporten finns."),
    )
    done_on = Day(label=_("Klar den"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["done_on"] = clock.today()


class DutyForm(forms.Form):
    title = NeededLine(label=_("Vad ska göras?"), max_length=200)
    due_on = Day(label=_("Senast"))


class PlanForm(forms.Form):
    title = NeededLine(label=_("Planens namn"), max_length=160)
    from_year = forms.IntegerField(label=_("Från år"), error_messages={"required": _("Skriv från vilket år.")})
    to_year = forms.IntegerField(label=_("Till och med år"), required=False, help_text=_("Annars två år."))
    parent = forms.ModelChoiceField(
        label=_("Genomför det styrande organets plan"),
        queryset=ActionPlan.objects.none(),
        required=False,
        empty_label=_("Ingen särskild"),
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_year", clock.today().year)
        above = ActionPlan.objects.filter(body=body.steering_body_id or 0).exclude(status=ActionPlan.Status.DRAFT)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = above
        if not above:
            del self.fields["parent"]


class ActivityForm(forms.Form):
    title = NeededLine(label=_("Aktivitet"), max_length=200)
    goal = MoreText(label=_("Mål"), required=False)
    owner = UnitField(label=_("Ansvarig verksamhet"), required=False)
    due_on = Day(label=_("Klar senast"))
    indicator = Line(
        label=_("Indikator"), max_length=200, required=False, help_text=_("Det som visar att det hjälper.")
    )
    indicator_target = Line(label=_("Målvärde"), max_length=120, required=False)
    reason = NeededText(label=_("Varför ändras planen?"), help_text=ONLY_WHAT, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, plan: ActionPlan, owners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = owners
        if plan.status == ActionPlan.Status.DRAFT:
            del self.fields["reason"]


class ReportActivityForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Hur långt har den kommit?"), choices=Activity.Status.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Välj hur långt den har kommit.")},
    )  # fmt: skip
    progress = MoreText(label=_("Så går det"), required=False, help_text=ONLY_WHAT)
    indicator_now = Line(label=_("Läget nu"), max_length=120, required=False)


class ReportPlanForm(forms.Form):
    text = NeededText(
        label=_("Så går det med planen"),
        help_text=_("Läget för varje aktivitet följer med. Skriv vad, aldrig vem."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AcknowledgeForm(forms.Form):
    known = forms.BooleanField(label=_("Överenskommelsen är känd hos oss"), required=False)
    accepted = forms.BooleanField(label=_("Vi accepterar den"), required=False)
    applied = forms.BooleanField(label=_("Vi tillämpar den"), required=False)
    comment = MoreText(label=_("Vad behövs för att ni ska kunna tillämpa den?"), required=False, help_text=ONLY_WHAT)


class RouteForm(forms.Form):
    """`unit` is chosen for a new route only."""

    unit = UnitField(label=_("Enhet"), error_messages={"required": _("Välj vilken enhet det gäller.")})
    name = NeededLine(label=_("Vad kallas kontaktvägen?"), max_length=160)
    hours = Line(label=_("När är den bemannad?"), max_length=200, required=False)
    phone = Line(label=_("Telefon"), max_length=60, required=False, help_text=_("Verksamhetens, aldrig någon persons."))

    def __init__(
        self, *args: Any, units: QuerySet[Organisation], route: ContactRoute | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if route is not None:
            del self.fields["unit"]
            self.initial.update(name=route.name, hours=route.hours, phone=route.phone)
            return
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = units
