"""The log-in package's forms for keys (passkeys), with a label in the reader's language."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

LABEL = _("Namn på nyckeln")
HELP = _("Så att du känner igen den, till exempel Jobbdatorn.")


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships without types
    name = forms.CharField(required=False, label=LABEL, help_text=HELP)


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships without types
    name = forms.CharField(required=True, label=LABEL, help_text=HELP)
