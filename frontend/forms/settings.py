"""What a person chooses for themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models.people import MailFrequency

MAIL = (
    (MailFrequency.AT_ONCE, _("När något händer")),
    (MailFrequency.DAILY, _("En gång om dagen")),
    (MailFrequency.NEVER, _("Bara frågor till mig")),
)
MAIL_HINTS = {
    MailFrequency.AT_ONCE: _("Ett brev för varje nyhet om det du anmält, svarar för eller handlägger."),
    MailFrequency.DAILY: _("Nyheterna samlade i ett brev, klockan 7 på vardagar."),
    MailFrequency.NEVER: _("Inga nyheter. Allt finns ändå på dina sidor i Samsyn."),
}


class MailForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("Hur ofta vill du ha brev?"),
        choices=MAIL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj hur ofta."), "invalid_choice": _("Välj ett av alternativen.")},
    )
