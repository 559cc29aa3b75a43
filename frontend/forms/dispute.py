"""The forms of a dispute, and of the guidance that it leaves behind. What must be there is said by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import Dispute
from deviations.services.disputes import concerned, resting_on, sides_of
from frontend.forms.filing import PlainText
from frontend.forms.steps import ONLY_WHAT, MoreText, NeededText, StepForm
from orgs.models import Organisation
from orgs.profiles.schema import Profile
from orgs.roles import Ability

RECOMMEND = gettext_lazy("Rekommendera i tvisten")
CHOOSE_ONE = gettext_lazy("Välj en av de verksamheter som avvikelsen berör.")


def clauses_of(profile: Profile) -> list[tuple[str, str]]:
    """Every agreement and its clauses, as a person picks among them."""
    found = []
    for agreement in profile.agreements:
        found.append((agreement.id, agreement.name))
        found += [(f"{agreement.id}/{c.id}", f"{agreement.name}: {c.number} {c.title}") for c in agreement.clauses]
    return found


class Concerned(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Organisation.objects.none(),
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
            **kwargs,
        )

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_name


class OpenDisputeForm(StepForm):
    question = NeededText(
        label=gettext_lazy("Vad är ni oense om?"),
        help_text=gettext_lazy("En fråga som går att svara på. Skriv vad, aldrig vem."),
    )
    clause = forms.ChoiceField(
        label=gettext_lazy("Överenskommelse som det handlar om"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Välj en av länets överenskommelser.")},
    )

    def offer(self) -> None:
        self.choose_from("clause", [("", _("Inget valt")), *clauses_of(self.profile)])
        self.initial["clause"] = resting_on(self.deviation)


class ViewForm(StepForm):
    organisation = Concerned(label=gettext_lazy("För vilken verksamhet svarar du?"), required=False)
    text = NeededText(
        label=gettext_lazy("Så ser vi på saken"),
        help_text=gettext_lazy("Läses av alla som avvikelsen berör. Skriv vad, aldrig vem."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def offer(self) -> None:
        """Which side is asked only of those who answer for several. What they are asked stands beside."""
        dispute = self.deviation.disputes.filter(status=Dispute.Status.OPEN).first()
        if dispute is not None:
            self.fields["text"].help_text = _("Frågan är: %(question)s Alla som avvikelsen berör läser svaret.") % {
                "question": dispute.question
            }
        sides = [party.organisation_id for party in sides_of(self.deviation, self.keys) if party.organisation_id]
        if len(sides) < 2:
            del self.fields["organisation"]
            return
        units = Organisation.objects.filter(pk__in=sides).select_related("principal").order_by("path")
        self.choose_rows("organisation", units)
        self.fields["organisation"].required = True


class _Responsible(StepForm):
    responsible = Concerned()

    def offer(self) -> None:
        chosen = Organisation.objects.filter(pk__in=concerned(self.deviation))
        self.choose_rows("responsible", chosen.select_related("principal").order_by("path"))
        dispute = self.deviation.disputes.filter(status=Dispute.Status.OPEN).first()
        if dispute is not None and dispute.interim_responsible_id:
            self.initial["responsible"] = dispute.interim_responsible_id


class InterimForm(_Responsible):
    responsible = Concerned(label=gettext_lazy("Vem ansvarar tills tvisten är avgjord?"))
    reason = NeededText(
        label=gettext_lazy("Varför?"),
        help_text=gettext_lazy("Det här är inget svar på tvistefrågan. Skriv vad, aldrig vem."),
    )


class DecideDisputeForm(_Responsible):
    responsible = Concerned(label=gettext_lazy("Vem ansvarar?"))
    text = NeededText(
        label=gettext_lazy("Avgörande"),
        help_text=gettext_lazy("Vad som gäller, och varför. Skriv vad, aldrig vem."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("Parterna har själva enats"),
        help_text=gettext_lazy("Då gäller det som de kommit överens om, och blir inte vägledande för andra."),
        required=False,
    )

    def offer(self) -> None:
        """A body that may only recommend is asked for a recommendation (B05)."""
        super().offer()
        handles = self.keys.bodies.get(Ability.HANDLE, frozenset())
        bodies = [party.body for party in self.deviation.parties.all() if party.body_id in handles]
        if bodies and all(body is not None and not body.may_decide for body in bodies):
            self.fields["text"].label = _("Rekommendation")
            self.fields["text"].help_text = _(
                "%(body)s får rekommendera, inte avgöra. Skriv vad som bör gälla, och varför. Skriv vad, aldrig vem."
            ) % {"body": bodies[0].name if bodies[0] else ""}
            self.fields["responsible"].label = _("Vem bör ansvara?")
            self.action = RECOMMEND


class PrecedentForm(StepForm):
    title = NeededText(
        label=gettext_lazy("Rubrik"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    situation = NeededText(label=gettext_lazy("Situationen, i allmänna ord"), widget=forms.Textarea(attrs={"rows": 5}))
    outcome = NeededText(
        label=gettext_lazy("Det här gäller"), help_text=ONLY_WHAT, widget=forms.Textarea(attrs={"rows": 5})
    )

    def offer(self) -> None:
        """What was asked and answered stands beside, to be written anew."""
        decided = self.deviation.disputes.filter(status=Dispute.Status.DECIDED, precedent__isnull=True)
        dispute = decided.order_by("-decided_at").first()
        if dispute is not None:
            self.fields["situation"].help_text = _(
                "Skriv så att ingen känns igen: inga namn, orter eller enheter. Tvistefrågan var: %(question)s"
            ) % {"question": dispute.question}
            self.fields["outcome"].help_text = _("Avgörandet var: %(decision)s") % {"decision": dispute.decision}


class LibraryForm(forms.Form):
    """What the library is narrowed by. Words that nobody can have chosen are left out, as if not sent."""

    q = PlainText(label=gettext_lazy("Sök"), max_length=200)
    slag = forms.ChoiceField(label=gettext_lazy("Slag"), required=False)
    punkt = forms.ChoiceField(label=gettext_lazy("Överenskommelse"), required=False)
    omrade = forms.ChoiceField(label=gettext_lazy("Problemområde"), required=False)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = [(category.code, category.name) for category in profile.categories]
        areas = [(area.id, area.name) for area in profile.responsibility.areas]
        for name, first, choices in (
            ("slag", _("Alla slag"), categories),
            ("punkt", _("Alla överenskommelser"), clauses_of(profile)),
            ("omrade", _("Alla områden"), areas),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
            field.choices = [("", first), *choices]


class WithdrawPrecedentForm(forms.Form):
    reason = MoreText(
        label=gettext_lazy("Vad gäller i stället?"),
        help_text=gettext_lazy("Till exempel en ny överenskommelse. Avgörandet ligger kvar och kan läsas."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv vad som gäller i stället.")},
    )
