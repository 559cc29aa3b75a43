"""What the reporter adds, says and takes back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.filing import PlainText


class CompleteForm(forms.Form):
    text = PlainText(
        label=_("Det du vill lägga till"),
        help_text=_("Skriv inte vem, varken den det gäller eller medarbetare."),
        required=True,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Skriv det du vill lägga till.")},
    )


class WithdrawForm(forms.Form):
    reason = PlainText(label=_("Varför tar du tillbaka den?"), widget=forms.Textarea(attrs={"rows": 3}))


class HelpedForm(forms.Form):
    """`helped` is the button that was pressed."""

    helped = forms.TypedChoiceField(
        choices=[("ja", _("Ja")), ("nej", _("Nej, inte än"))],
        coerce=lambda value: value == "ja",
        widget=forms.HiddenInput,
        error_messages={"required": _("Svara ja eller nej."), "invalid_choice": _("Svara ja eller nej.")},
    )
    comment = PlainText(
        label=_("Vad fungerar fortfarande inte?"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
