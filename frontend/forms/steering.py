"""Forms of what goes to the steering body and to the principals. What must be there is said by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Adoption, Decision, Deviation, Escalation
from deviations.services.adopting import BY_DEFAULT, may_be_asked, of_deviation, principals_of
from frontend.dates import day
from frontend.forms.steps import ONLY_WHAT, Day, MoreText, NeededText, StepForm, WhichMeasure
from orgs.models import County, Organisation

ONE_LINE = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "160"})


class AnswerForm(forms.Form):
    """The steering body's words, whichever step they go with."""

    text = NeededText(label=gettext_lazy("Svar"), help_text=ONLY_WHAT)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DecideForm(AnswerForm):
    text = NeededText(label=gettext_lazy("Beslut"), help_text=ONLY_WHAT)


class RecommendForm(AnswerForm):
    text = NeededText(label=gettext_lazy("Vad ställer ni er bakom?"), help_text=ONLY_WHAT)


class ReturnForm(AnswerForm):
    text = NeededText(
        label=gettext_lazy("Varför lämnar ni tillbaka det, och vad kan gruppen göra?"), help_text=ONLY_WHAT
    )


class FurtherForm(AnswerForm):
    text = NeededText(label=gettext_lazy("Vad behöver organet över er ta ställning till?"), help_text=ONLY_WHAT)


class Principals(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)


class GroupForm(forms.Form):
    """Members are organisations: the county's principals by a mark, others by name, one a line."""

    name = NeededText(label=gettext_lazy("Gruppens namn"), max_length=160, widget=ONE_LINE)
    task = NeededText(
        label=gettext_lazy("Vad ska gruppen göra?"),
        help_text=gettext_lazy("Läses av alla som följer någon av avvikelserna. Skriv vad, aldrig vem."),
    )
    members = Principals(label=gettext_lazy("Vilka huvudmän deltar?"), required=False)
    others = MoreText(
        label=gettext_lazy("Andra verksamheter som deltar"),
        help_text=gettext_lazy("En på varje rad. Verksamheter, aldrig personer."),
    )
    due_on = Day(label=gettext_lazy("Redovisas senast"))

    def __init__(self, *args: Any, county: County, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_principals(self, "members", principals_of(county))
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()

    def given(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        others = found.pop("others").splitlines()
        return {**found, "members": [*(root.name for root in found["members"]), *others]}


def offer_principals(form: forms.Form, name: str, offered: QuerySet[Organisation]) -> None:
    field = form.fields[name]
    assert isinstance(field, Principals)  # noqa: S101  # called for those only
    field.queryset = offered


# ── on a deviation's page ────────────────────────────────────────────────────────────────────────────────────────────
class ReturnStepForm(StepForm):
    text = NeededText(
        label=gettext_lazy("Varför lämnar ni tillbaka det, och vad kan gruppen göra?"), help_text=ONLY_WHAT
    )


class FurtherStepForm(StepForm):
    text = NeededText(label=gettext_lazy("Vad behöver organet över er ta ställning till?"), help_text=ONLY_WHAT)


class GroupStepForm(StepForm):
    name = NeededText(label=gettext_lazy("Gruppens namn"), max_length=160, widget=ONE_LINE)
    task = NeededText(
        label=gettext_lazy("Vad ska gruppen göra?"),
        help_text=gettext_lazy("Läses av alla som följer någon av avvikelserna. Skriv vad, aldrig vem."),
    )
    members = Principals(label=gettext_lazy("Vilka huvudmän deltar?"), required=False)
    due_on = Day(label=gettext_lazy("Redovisas senast"))

    def offer(self) -> None:
        offer_principals(self, "members", principals_of(self.deviation.county))

    def given(self) -> dict[str, Any]:
        found = super().given()
        return {**found, "members": [root.name for root in found["members"]]}


class WhichDecision(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Vad frågas de om?"),
            queryset=Decision.objects.none(),
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={"required": gettext_lazy("Välj vad de frågas om.")},
        )

    def label_from_instance(self, obj: Decision) -> str:
        return f"{obj.body.name}: {obj.text}"


class AskAdoptionForm(StepForm):
    decision = WhichDecision()
    principals = Principals(
        label=gettext_lazy("Vilka frågas?"),
        required=False,
        help_text=gettext_lazy("Markerar du ingen frågas regionen och alla länets kommuner."),
    )

    def offer(self) -> None:
        decisions = Decision.objects.filter(deviation=self.deviation).select_related("deviation", "body")
        self.choose_rows("decision", decisions.order_by("-pk"))
        offered = may_be_asked(self.deviation.county)
        if len(decisions) == 1:
            offered = offered.exclude(pk__in=of_deviation(self.deviation).order_by().values("principal"))
        offer_principals(self, "principals", offered)
        if not offered.filter(kind__in=BY_DEFAULT).exists():
            self.fields["principals"].help_text = gettext_lazy("Regionen och kommunerna har redan fått frågan.")


class PostponeForm(StepForm):
    measure = WhichMeasure()
    due_on = Day(label=gettext_lazy("Ny sista dag"))
    reason = NeededText(label=gettext_lazy("Varför flyttas dagen?"), help_text=ONLY_WHAT)

    def offer(self) -> None:
        open_ones = self.deviation.measures.filter(carried_out_at__isnull=True)
        self.choose_rows("measure", open_ones.select_related("deviation", "owner__principal").order_by("pk"))
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()


# ── several at once ──────────────────────────────────────────────────────────────────────────────────────────────────
class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Deviation) -> str:
        unit = obj.reporting_unit.full_name if obj.reporting_unit else ""
        return f"{obj.reference} {obj.title}, {day(obj.filed_at) if obj.filed_at else ''}, {unit}"


class SeveralForm(forms.Form):
    """Lift several: which, and what they have in common."""

    deviations = Several(
        label=gettext_lazy("Vilka lyfts tillsammans?"),
        queryset=Deviation.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj en till femtio avvikelser som gruppen ansvarar för.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är det?"),
        choices=[
            (Escalation.Kind.PATTERN.value, gettext_lazy("Ett mönster som återkommer")),
            (Escalation.Kind.BUNDLE.value, gettext_lazy("Flera avvikelser som hör ihop")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj om det är flera avvikelser eller ett mönster.")},
    )
    title = NeededText(label=gettext_lazy("Rubrik"), max_length=160, widget=ONE_LINE)
    summary = NeededText(
        label=gettext_lazy("Vad behöver det styrande organet ta ställning till?"),
        help_text=ONLY_WHAT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, candidates: Sequence[Deviation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deviations"]
        assert isinstance(field, Several)  # noqa: S101  # declared above
        chosen = Deviation.objects.filter(pk__in=[d.pk for d in candidates])
        field.queryset = chosen.select_related("reporting_unit__principal").order_by("pk")

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "deviations": list(self.cleaned_data["deviations"])}


# ── the principals' answers ──────────────────────────────────────────────────────────────────────────────────────────
class AdoptionForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Vad svarar ni?"),
        choices=[
            (Adoption.Answer.ADOPTED.value, gettext_lazy("Vi inför det")),
            (Adoption.Answer.PARTLY.value, gettext_lazy("Vi inför det delvis")),
            (Adoption.Answer.DECLINED.value, gettext_lazy("Vi inför det inte")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj ett av svaren.")},
    )
    reason = MoreText(
        label=gettext_lazy("Varför?"),
        help_text=gettext_lazy("Behövs när ni inte inför det, eller bara delvis. Läses av de andra huvudmännen."),
    )

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CarriedOutForm(forms.Form):
    carried_out_on = Day(label=gettext_lazy("Vilken dag var det genomfört hos er?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carried_out_on"].widget.attrs["max"] = clock.today().isoformat()

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ProgressForm(AnswerForm):
    text = NeededText(label=gettext_lazy("Hur går det?"), help_text=ONLY_WHAT)


class ReportForm(AnswerForm):
    text = NeededText(
        label=gettext_lazy("Vad har gruppen kommit fram till?"),
        help_text=ONLY_WHAT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class EndForm(AnswerForm):
    text = NeededText(label=gettext_lazy("Varför avslutas gruppen?"), help_text=ONLY_WHAT)
