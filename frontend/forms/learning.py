"""Forms of what recurs and of learning cases. What must be there, and what may not, is said by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.governance import Line, NeededLine
from frontend.forms.steps import ONLY_WHAT, NeededText

ANEW = _("Eget språk: inga meningar ur avvikelsen, inga namn på platser eller enheter, inga dagar och inga nummer.")


class NameForm(forms.Form):
    title = NeededLine(
        label=_("Vad kallar ni mönstret?"),
        max_length=160,
        help_text=_("Namnet kan stå i gruppens rapport. Skriv vad, aldrig vem."),
    )


class ThemeForm(forms.Form):
    theme = NeededLine(
        label=_("Tema"),
        max_length=60,
        help_text=_("Blir en tagg på avvikelserna, till exempel ”dyslexi och logopedi”."),
    )
    title = Line(label=_("Vad kallar ni mönstret?"), required=False, max_length=160)


class LiftPatternForm(forms.Form):
    title = NeededLine(label=_("Rubrik"), max_length=160)
    summary = NeededText(label=_("Vad behöver det styrande organet ta ställning till?"), help_text=ONLY_WHAT)
    working_group = forms.BooleanField(label=_("Vi föreslår att en arbetsgrupp tillsätts"), required=False)


class DismissForm(forms.Form):
    reason = NeededText(
        label=_("Varför?"), help_text=_("Det som är avfärdat föreslås inte igen. Skälet läses av gruppen.")
    )


class CaseForm(forms.Form):
    title = NeededLine(label=_("Rubrik"), max_length=120)
    happened = NeededText(label=_("Vad hände, i allmänna ord?"), help_text=ANEW)
    learning = NeededText(
        label=_("Vad kan andra lära av det?"), help_text=_("Det som gjorde skillnad, eller skulle ha gjort det.")
    )


class NoForm(forms.Form):
    reason = NeededText(label=_("Vad behöver ändras, eller varför kan det inte delas?"), help_text=ONLY_WHAT)


class NothingForm(forms.Form):
    """A step that needs only its button."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
