"""Forms of the administration: a role given, a profile read, a profile activated."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from frontend.forms.filing import PlainText
from frontend.forms.steps import Day
from orgs.models import User
from orgs.profiles.loader import MAX_BYTES
from orgs.roles import ROLES


class GrantForm(forms.Form):
    user = forms.EmailField(
        label=gettext_lazy("Personens e-postadress"),
        help_text=gettext_lazy("Personen behöver ha ett konto."),
        error_messages={
            "required": gettext_lazy("Skriv e-postadressen."),
            "invalid": gettext_lazy("Adressen går inte att läsa. Skriv den som namn@kommun.se."),
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Roll"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj en roll.")},
    )
    valid_from = Day(label=gettext_lazy("Från"))
    valid_until = Day(label=gettext_lazy("Till och med"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["valid_from"] = clock.today()
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101  # declared above
        role.choices = [(code, each.label) for code, each in ROLES.items() if each.on == kind]

    def clean_user(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["user"].lower(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Ingen med den e-postadressen har ett konto."), code="unknown")
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("valid_from"), given.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("Sista dagen kan inte vara före den första."))
        return given


class ProfileForm(forms.Form):
    """The document is chosen as a file or pasted; the file wins."""

    file = forms.FileField(label=gettext_lazy("Fil"), required=False, help_text=gettext_lazy("YAML, i UTF-8."))
    source = PlainText(
        label=gettext_lazy("Eller klistra in profilen"),
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def clean_file(self) -> str:
        uploaded = self.cleaned_data["file"]
        if not uploaded:
            return ""
        if uploaded.size > MAX_BYTES:
            raise forms.ValidationError(_("Filen är för stor för att vara en länsprofil."), code="too_big")
        try:
            text: str = uploaded.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("Filen är inte text i UTF-8."), code="not_text") from None
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "file" in given:
            given["source"] = given["file"] or given.get("source", "")
            if not given["source"].strip():
                self.add_error("source", _("Välj en fil eller klistra in profilen."))
        return given


class ActivateForm(forms.Form):
    """`moves`: how many past deviations would have gone elsewhere; they are to be looked over first."""

    source = PlainText(max_length=MAX_BYTES, widget=forms.HiddenInput, required=True)
    from_date = Day(label=gettext_lazy("Gäller från"))
    reviewed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Kryssa i att du sett över bytena.")},
    )

    def __init__(self, *args: Any, moves: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewed"].label = (
            _("Jag har sett över de %(count)d som byter organ") % {"count": moves}
            if moves
            else _("Jag har sett över ändringarna")
        )
