"""The forms of saved views and standard texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import StandardText
from deviations.workflow import STEPS
from frontend.forms.steps import ONLY_WHAT, NeededText, StepForm
from frontend.steps import PAGES
from orgs.profiles.schema import Profile


class ViewForm(forms.Form):
    """`query`: the filters as in the address bar."""

    name = forms.CharField(label=gettext_lazy("Vyns namn"), max_length=60, required=False)
    shared = forms.BooleanField(label=gettext_lazy("Dela med gruppen"), required=False)
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class StandardTextForm(forms.Form):
    step = forms.ChoiceField(label=gettext_lazy("Används när ni"))
    category = forms.ChoiceField(label=gettext_lazy("För slaget"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Namn"), max_length=80, error_messages={"required": gettext_lazy("Ge texten ett namn.")}
    )
    text = NeededText(label=gettext_lazy("Text"), help_text=ONLY_WHAT)

    def __init__(self, *args: Any, profile: Profile, text: StandardText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step, category = self.fields["step"], self.fields["category"]
        assert isinstance(step, forms.ChoiceField) and isinstance(category, forms.ChoiceField)  # noqa: S101, PT018
        step.choices = steps_with_text()
        main = [(c.code, c.name) for c in profile.categories if "/" not in c.code]
        category.choices = [("", _("Alla slag")), *main]
        if text is not None:
            self.initial = {name: getattr(text, name) for name in ("step", "category", "name", "text")}


def steps_with_text() -> list[tuple[str, Any]]:
    """The steps whose page has a text to write, by the button's name."""
    return [(name, STEPS[name].label) for name, page in PAGES.items() if text_field_of(page.form)]


def text_field_of(form: type[StepForm] | StepForm) -> str:
    """The first text area of a step's form: where a standard text goes. Empty when it has none."""
    fields = form.fields if isinstance(form, StepForm) else form.base_fields
    return next((name for name, field in fields.items() if isinstance(field.widget, forms.Textarea)), "")
