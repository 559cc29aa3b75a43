"""The form of each step of handling a deviation. What must be there is said by the services: these forms only read what
was filled in, and offer what the deviation and its profile have to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Deviation, Invitation, Measure, Meeting, Party, Statement
from deviations.services.handling import scores_closing
from frontend.dates import moment
from frontend.forms.filing import PlainText
from orgs.models import Body, Organisation, User
from orgs.permissions import Keys, person_of_county
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Grade, Profile
from orgs.roles import Ability

BIGGEST = 2**31 - 1
ONLY_WHAT = gettext_lazy("Skriv vad, aldrig vem: varken den det gäller eller medarbetare.")


class NeededText(PlainText):
    """Shown as needed; that it is empty is said by the service, with the reason."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**{"required": True, **kwargs})

    def validate(self, value: Any) -> None:
        """Left to the service."""


class MoreText(PlainText):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "invalid": _("Datumet går inte att läsa. Skriv det som 2026-03-29."),
                "required": _("Välj en dag."),
            },
            **kwargs,
        )


class StepForm(forms.Form):
    """`seen`: the sequence that the page showed, so that a step decided on from something older is refused.

    `action`: what the button says where the step's own label would not be true.
    """

    action: str | Promise = ""
    seen = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, deviation: Deviation, keys: Keys, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = deviation.sequence
        self.deviation, self.keys = deviation, keys
        self.offer()

    def offer(self) -> None:
        """Put in the choices. Nothing to choose from here."""

    @property
    def profile(self) -> Profile:
        assert self.deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
        return profile_of(self.deviation.profile_version_id)

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen" or value is not None}

    def choose_from(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # called for those only
        field.choices = list(choices)

    def choose_rows(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # called for those only
        field.queryset = rows
        found = list(rows[:2])
        if len(found) == 1:
            self.initial[name] = found[0].pk


class OtherBody(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Body.objects.none(),
            empty_label=_("Välj organ"),
            error_messages={
                "required": _("Välj ett annat organ i länet."),
                "invalid_choice": _("Välj ett av organen."),
            },
            **kwargs,
        )


def other_bodies(deviation: Deviation) -> Any:
    """Bodies of the county that are in force today, except the accountable one and those that are only planned."""
    today = clock.today()
    profile = profile_of(version_in_force(deviation.county, today).pk)
    planned = [body.id for body in profile.bodies if body.planned]
    return (
        Body.objects.filter(county_id=deviation.county_id)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .exclude(pk=deviation.accountable_body_id or 0)
        .exclude(key__in=planned)
        .select_related("county", "steering_body")
        .order_by("level", "name")
    )


class HandOverForm(StepForm):
    to = OtherBody(label=gettext_lazy("Till vilket organ?"))
    reason = NeededText(label=gettext_lazy("Varför hör den dit?"), help_text=ONLY_WHAT)

    def offer(self) -> None:
        self.choose_rows("to", other_bodies(self.deviation))


class Units(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_name


class RequestStatementForm(StepForm):
    of = Units(
        label=gettext_lazy("Av vem?"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj en verksamhet som avvikelsen gäller.")},
    )
    question = MoreText(
        label=gettext_lazy("Vad vill ni veta?"),
        help_text=gettext_lazy("Enheten ombeds alltid berätta om orsak, åtgärder, följder och uppföljning."),
    )

    def offer(self) -> None:
        parties = self.deviation.parties.all()
        receiving = [p.organisation_id or 0 for p in parties if p.role == Party.Role.RECEIVING]
        units = Organisation.objects.filter(pk__in=receiving).select_related("principal").order_by("pk")
        field = self.fields["of"]
        assert isinstance(field, Units)  # noqa: S101  # declared above
        field.queryset = units
        asked = Statement.objects.filter(deviation=self.deviation).values_list("organisation_id", flat=True)
        self.initial["of"] = [pk for pk in receiving if pk not in set(asked)]

    def given(self) -> dict[str, Any]:
        return {**super().given(), "of": list(self.cleaned_data["of"])}


class RequestCompletionForm(StepForm):
    question = NeededText(
        label=gettext_lazy("Vad behöver ni veta?"), help_text=gettext_lazy("Frågan syns hos den som anmälde.")
    )


class ScoreForm(StepForm):
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Allvar"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj 1 till 4."), "invalid_choice": gettext_lazy("Välj 1 till 4.")},
    )
    likelihood = forms.TypedChoiceField(
        label=gettext_lazy("Sannolikhet att det händer igen"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj 1 till 4."), "invalid_choice": gettext_lazy("Välj 1 till 4.")},
    )

    def offer(self) -> None:
        self.choose_from("severity", _grades(self.profile.risk.severity))
        self.choose_from("likelihood", _grades(self.profile.risk.likelihood))
        now = self.deviation
        if scores_closing(now):
            self.fields["severity"].label = _("Allvar, som det är nu")
            self.fields["likelihood"].label = _("Sannolikhet att det händer igen, som det är nu")
            self.initial.update(severity=now.closing_severity, likelihood=now.closing_likelihood)
        else:
            self.initial.update(severity=now.severity, likelihood=now.likelihood)


def _grades(grades: Iterable[Grade]) -> list[tuple[int, str]]:
    return [(grade.value, f"{grade.value} {grade.name}{f': {grade.help}' if grade.help else ''}") for grade in grades]


class MeetingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Meeting) -> str:
        return f"{moment(obj.starts_at)}, {obj.body.name}"


class AgendaForm(StepForm):
    """One of the body's planned meetings, or another day."""

    meeting = MeetingChoice(
        label=gettext_lazy("Vilket möte?"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=gettext_lazy("En annan dag"),
        error_messages={"invalid_choice": gettext_lazy("Välj ett av organets kommande möten.")},
    )
    meeting_on = Day(label=gettext_lazy("Annan dag"), required=False)

    def offer(self) -> None:
        self.fields["meeting_on"].widget.attrs["min"] = clock.today().isoformat()
        bodies = [p.body_id for p in self.deviation.parties.all() if self.keys.on_body(Ability.HANDLE, p.body_id)]
        planned = Meeting.objects.filter(body__in=bodies, status=Meeting.Status.PLANNED, starts_at__gte=clock.now())
        rows = planned.select_related("body__county").order_by("starts_at")
        field = self.fields["meeting"]
        assert isinstance(field, MeetingChoice)  # noqa: S101  # declared above
        field.queryset = rows
        first = rows.first()
        self.initial["meeting"] = first.pk if first else None
        if first is None:
            del self.fields["meeting"]


class OffAgendaForm(StepForm):
    reason = NeededText(label=gettext_lazy("Varför tas den inte upp?"), help_text=ONLY_WHAT)


class DecideForm(StepForm):
    text = NeededText(label=gettext_lazy("Beslut"), help_text=ONLY_WHAT)

    def offer(self) -> None:
        """A body that may only recommend is asked for a recommendation (B05)."""
        handles = self.keys.bodies.get(Ability.HANDLE, frozenset())
        roles = (Party.Role.ACCOUNTABLE, Party.Role.STEERING)
        acting = [p for role in roles for p in self.deviation.parties.all() if p.role == role and p.body_id in handles]
        if acting and acting[0].body and not acting[0].body.may_decide:
            self.fields["text"].label = _("Rekommendation")


class Owner(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_name


class MeasureForm(StepForm):
    owner = Owner(
        label=gettext_lazy("Vem gör det?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Välj verksamhet"),
        error_messages={"required": gettext_lazy("Välj vem som äger åtgärden.")},
    )
    text = NeededText(label=gettext_lazy("Vad ska göras?"))
    due_on = Day(label=gettext_lazy("Klar senast"))
    check_on = Day(label=gettext_lazy("Effekten kontrolleras"))
    sign = NeededText(
        label=gettext_lazy("Vad visar att det hjälpte?"),
        help_text=gettext_lazy("Ett tecken som går att se eller räkna."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def offer(self) -> None:
        """The parties' units and their principals."""
        parties = [p for p in self.deviation.parties.all() if p.organisation_id is not None]
        pks = {pk for p in parties for pk in (p.organisation_id, p.principal_id) if pk is not None}
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  # declared above
        owner.queryset = Organisation.objects.filter(pk__in=pks).select_related("principal").order_by("path")
        for name in ("due_on", "check_on"):
            self.fields[name].widget.attrs["min"] = clock.today().isoformat()


class WhichMeasure(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Vilken åtgärd?"),
            queryset=Measure.objects.none(),
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={"required": gettext_lazy("Välj vilken åtgärd.")},
        )

    def label_from_instance(self, obj: Measure) -> str:
        return f"{obj.owner.full_name}: {obj.text}"


class CarryOutForm(StepForm):
    measure = WhichMeasure()

    def offer(self) -> None:
        self.choose_rows("measure", _measures(self.deviation).filter(carried_out_at__isnull=True))


class WhichDone(WhichMeasure):
    """With the sign that was agreed on, which the effect is compared with."""

    def label_from_instance(self, obj: Measure) -> str:
        return _("%(measure)s Tecken: %(sign)s") % {"measure": super().label_from_instance(obj), "sign": obj.sign}


class EffectForm(StepForm):
    measure = WhichDone()
    effect = forms.ChoiceField(
        label=gettext_lazy("Hjälpte det?"),
        choices=[(value, capfirst(label)) for value, label in Measure.Effect.choices],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj ett av svaren.")},
    )
    comment = NeededText(label=gettext_lazy("Vad har ni sett?"))
    check_again_on = Day(
        label=gettext_lazy("Är det för tidigt: när tittar ni igen?"),
        required=False,
    )

    def offer(self) -> None:
        self.choose_rows("measure", _measures(self.deviation).filter(carried_out_at__isnull=False))


def _measures(deviation: Deviation) -> Any:
    return Measure.objects.filter(deviation=deviation).select_related("deviation", "owner__principal").order_by("pk")


class FeedbackForm(StepForm):
    text = NeededText(
        label=gettext_lazy("Svar till den som anmälde"),
        help_text=gettext_lazy("Vad ni har kommit fram till, vad som görs och när."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class EscalateForm(StepForm):
    reason = NeededText(label=gettext_lazy("Vad behöver det styrande organet ta ställning till?"), help_text=ONLY_WHAT)


class ReopenForm(StepForm):
    reason = NeededText(label=gettext_lazy("Varför öppnas den igen?"), help_text=ONLY_WHAT)


class InviteForm(StepForm):
    """Says the same of an account elsewhere as of none at all."""

    user = forms.EmailField(
        label=gettext_lazy("Personens e-postadress"),
        help_text=gettext_lazy("Personen behöver ha en roll i länet."),
        error_messages={
            "required": gettext_lazy("Skriv e-postadressen."),
            "invalid": gettext_lazy("Adressen går inte att läsa. Skriv den som namn@kommun.se."),
        },
    )
    reason = NeededText(
        label=gettext_lazy("Varför behöver personen läsa?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_user(self) -> User:
        found = person_of_county(self.cleaned_data["user"], self.deviation.county_id)
        if found is None:
            raise forms.ValidationError(_("Ingen med den e-postadressen har en roll i länet."), code="unknown")
        return found


class EndInvitationForm(StepForm):
    invitation = forms.ModelChoiceField(
        label=gettext_lazy("Vems inbjudan?"),
        queryset=Invitation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj vems inbjudan som ska avslutas.")},
    )

    def offer(self) -> None:
        invited = Invitation.objects.filter(deviation=self.deviation, ended_at__isnull=True)
        self.choose_rows("invitation", invited.select_related("user", "deviation").order_by("pk"))

    def given(self) -> dict[str, Any]:
        return {"invitation": self.cleaned_data["invitation"]}


class NoteForm(StepForm):
    text = NeededText(
        label=gettext_lazy("Anteckning"), help_text=gettext_lazy("Läses bara av dem som handlägger i organet.")
    )

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}
