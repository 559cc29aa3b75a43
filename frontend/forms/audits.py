"""Forms of the register of audits. What must be there is said by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deviations import clock
from deviations.models import Activity, ProcessMeasure, Recommendation, RecommendationStatus
from frontend.forms.governance import NeededLine, UnitField
from frontend.forms.steps import Day, MoreText, NeededText
from orgs.models import Organisation
from orgs.profiles.active import profile_of, version_in_force


class AddresseeForm(forms.Form):
    addressee = NeededLine(label=_("Nämnd eller styrelse"), max_length=160)
    principal = UnitField(label=_("Hos huvudmannen"), required=False)

    def __init__(self, *args: Any, principals: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        principal = self.fields["principal"]
        assert isinstance(principal, forms.ModelChoiceField)  # noqa: S101  # declared above
        principal.queryset = principals


class ReplyForm(forms.Form):
    reply = NeededText(label=_("Vad har nämnden svarat?"), help_text=_("Några meningar räcker."))
    replied_on = Day(label=_("Svarade den"), required=False)
    evidence = MoreText(
        label=pgettext_lazy("uppföljning", "Underlag"), required=False,
        help_text=_("Till exempel protokoll eller diarienummer."),
    )  # fmt: skip


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Hur långt har den kommit?"), widget=forms.RadioSelect,
        choices=[(value, capfirst(label)) for value, label in RecommendationStatus.Status.choices],
        error_messages={"required": _("Välj hur långt den har kommit.")},
    )  # fmt: skip
    evidence = NeededText(
        label=_("Vad visar det?"), help_text=_("Beslut, diarienummer eller var det står. Skriv vad, aldrig vem.")
    )
    evaluation = MoreText(
        label=_("Hur har effekten utvärderats?"), required=False,
        help_text=_("En åtgärd är klar när någon har sett att den hjälpte. Utan utvärdering säger registret det."),
    )  # fmt: skip
    judged_on = Day(label=_("Bedömd den"), required=False)


class TiesForm(forms.Form):
    """What it is tied to. Everything is sent at once: what is left unticked is untied."""

    measures = forms.ModelMultipleChoiceField(
        label=_("Mått som visar det"), queryset=ProcessMeasure.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    activities = forms.ModelMultipleChoiceField(
        label=_("Aktiviteter som gör det"), queryset=Activity.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("Avvikelser som handlar om det"), required=False, widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Håll ned Ctrl eller Cmd för att välja flera."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, recommendation: Recommendation, measures: QuerySet[ProcessMeasure],
        activities: QuerySet[Activity], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, offered in (("measures", measures), ("activities", activities)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # declared above
            field.queryset = offered
            if not offered:
                del self.fields[name]
        county = recommendation.audit.county
        categories = self.fields["categories"]
        assert isinstance(categories, forms.MultipleChoiceField)  # noqa: S101  # declared above
        profile = profile_of(version_in_force(county, clock.today()).pk)
        categories.choices = [(category.code, category.name) for category in profile.categories]
        self.initial.update(
            measures=recommendation.measures.all(), activities=recommendation.activities.all(),
            categories=recommendation.categories,
        )  # fmt: skip
