"""The forms of a meeting. What must be there is said by the services; these read what was filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deviations.models import AgendaItem, Attendance, Meeting
from deviations.services.minutes import Agreed, verbs_for
from frontend.forms.filing import PlainText
from frontend.forms.steps import BIGGEST, ONLY_WHAT, Day, MoreText, NeededText
from orgs.models import Organisation

EMPTY_MEASURES = 2
MEASURE_FIELDS = ("text", "owner", "due_on", "check_on", "sign")


class Clock(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H.%M"],
            error_messages={
                "invalid": _("Klockslaget går inte att läsa. Skriv det som 09.30."),
                "required": _("Skriv ett klockslag."),
            },
            **kwargs,
        )


class MeetingForm(forms.Form):
    """`seen`: the meeting's sequence that the page showed. `meeting` is None before there is one."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        if meeting is None:
            del self.fields["seen"]
        else:
            self.initial["seen"] = meeting.sequence
        self.offer()

    def offer(self) -> None:
        """Put in the choices. Nothing to choose from here."""

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen" or value is not None}


class TimeForm(MeetingForm):
    """A day, a time and a place; `starts_at` is where the service's faults are shown."""

    starts_at = Day(label=_("Dag"))
    time = Clock(label=_("Börjar"))
    place = PlainText(
        label=_("Plats"), required=False, max_length=200, help_text=_("Till exempel en lokal eller ”på distans”.")
    )

    def offer(self) -> None:
        self.initial.setdefault("time", "09:00")
        if self.meeting is not None:
            local = timezone.localtime(self.meeting.starts_at)
            self.initial.update(starts_at=local.date(), time=local.time(), place=self.meeting.place)

    def given(self) -> dict[str, Any]:
        found = super().given()
        moment = datetime.combine(found.pop("starts_at"), found.pop("time"), tzinfo=timezone.get_current_timezone())
        return {**found, "starts_at": moment}


class YearForm(TimeForm):
    number = forms.IntegerField(
        label=_("Hur många möten på ett år?"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("Lämna tomt för så många som uppdraget säger. Juli och helgdagar hoppas över."),
        error_messages={"invalid": _("Skriv ett tal.")},
    )

    def given(self) -> dict[str, Any]:
        found = super().given()
        first = found.pop("starts_at")
        return {**found, "first": first}


class CancelForm(MeetingForm):
    reason = NeededText(label=_("Varför ställs mötet in?"))


class ItemForm(MeetingForm):
    title = PlainText(label=_("Punkt"), max_length=200, required=False)
    memo = MoreText(label=pgettext_lazy("möte", "Underlag"), required=False, help_text=ONLY_WHAT)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_name


def units_of(meeting: Meeting) -> Any:
    return (
        Organisation.objects.filter(county_id=meeting.body.county_id)
        .select_related("principal")
        .order_by("principal__name", "path")
    )


class SeatForm(MeetingForm):
    organisation = UnitChoice(
        label=_("Verksamhet"), queryset=Organisation.objects.none(), required=False, empty_label=_("Ingen i listan"),
        error_messages={"invalid_choice": _("Välj en verksamhet i länet.")},
    )  # fmt: skip
    title = PlainText(
        label=_("Företräder"), required=False, max_length=200, help_text=_("Om verksamheten inte finns i listan.")
    )
    duty = PlainText(
        label=_("Uppdrag"), required=False, max_length=60, help_text=_("Ordförande, sekreterare, justerare.")
    )
    person_name = PlainText(
        label=_("Namn"), required=False, max_length=150, help_text=_("Bara om organet skriver namn i sina protokoll.")
    )

    def offer(self) -> None:
        field = self.fields["organisation"]
        assert isinstance(field, UnitChoice) and self.meeting is not None  # noqa: S101, PT018  # declared above
        field.queryset = units_of(self.meeting)


class ApproveForm(MeetingForm):
    diary_number = PlainText(label=_("Diarienummer"), required=False, max_length=60)
    leave_out = forms.BooleanField(label=_("Justera ändå, och skriv in det i protokollet"), required=False)


class DecisionForm(forms.Form):
    """One point: what the body does, its words, and the measures; `seen` is the point's own sequence."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST, widget=forms.HiddenInput)
    verb = forms.ChoiceField(
        label=_("Gruppen"), widget=forms.RadioSelect, required=False,
        error_messages={"invalid_choice": _("Välj vad gruppen gör.")},
    )  # fmt: skip
    text = NeededText(label=_("Beslut"), required=False, help_text=ONLY_WHAT)

    def __init__(self, *args: Any, item: AgendaItem, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.meeting = item, meeting
        self.initial.update(seen=item.sequence, text=item.text)
        labels = {verb.value: str(verb.label) for verb in AgendaItem.Verb}
        above = meeting.body.steering_body
        if above is not None:
            labels[AgendaItem.Verb.ESCALATES] = _("Lyfter till %(body)s") % {"body": above.name}
        verbs = verbs_for(item, meeting.body)
        field = self.fields["verb"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [(verb, labels[verb]) for verb in verbs]
        self.initial["verb"] = item.verb or verbs[0]
        self.measures = self._rows() if item.escalation_id or item.deviations.all() else []

    def _rows(self) -> list[MeasureForm]:
        units = [("", _("Välj")), *((unit.pk, unit.full_name) for unit in units_of(self.meeting))]
        written = [*self.item.measures, *[{}] * EMPTY_MEASURES]
        number = _count(self.data) if self.is_bound else len(written)
        return [
            MeasureForm(
                self.data if self.is_bound else None, prefix=f"m{n}", units=units,
                initial=written[n] if n < len(written) else {},
            )
            for n in range(number)
        ]  # fmt: skip

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(row.is_valid() for row in self.measures)])

    def given(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "seen" or value is not None}
        return {**found, "measures": [row.agreed() for row in self.measures if row.has_changed_from_empty()]}

    def add_error(self, field: str | None, error: Any) -> None:
        """A fault of a measure goes to its row: `measures.2.due_on`."""
        if field is None or not field.startswith("measures."):
            return super().add_error(field, error)
        _measures, number, name = field.split(".")
        written = [row for row in self.measures if row.has_changed_from_empty()]
        return written[int(number) - 1].add_error(name, error)


class MeasureForm(forms.Form):
    """An empty row is no measure."""

    text = PlainText(label=_("Vad"), required=False, max_length=400)
    owner = forms.ChoiceField(label=_("Vem"), required=False)
    due_on = Day(label=pgettext_lazy("dag", "Klart"), required=False)
    check_on = Day(label=_("Effekt kontrolleras"), required=False)
    sign = PlainText(label=_("Så märks det att det hjälpt"), required=False, max_length=400)

    def __init__(self, *args: Any, units: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = units

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in the row, right or wrong."""
        return any(self[name].value() for name in MEASURE_FIELDS)

    def has_changed_from_empty(self) -> bool:
        return any(self.cleaned_data.get(name) for name in MEASURE_FIELDS)

    def clean(self) -> dict[str, Any]:
        found = dict(super().clean() or {})
        if any(found.get(name) for name in MEASURE_FIELDS):
            for name, sentence in (
                ("owner", _("Välj vem.")), ("due_on", _("Välj en dag.")), ("check_on", _("Välj en dag.")),
            ):  # fmt: skip
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return found

    def agreed(self) -> Agreed:
        owner = Organisation.objects.select_related("principal").get(pk=self.cleaned_data["owner"])
        return Agreed(owner=owner, **{name: self.cleaned_data[name] for name in MEASURE_FIELDS if name != "owner"})


def after_conflict(posted: QueryDict, item: AgendaItem) -> QueryDict:
    """What was written in a point that somebody else confirmed meanwhile, ready to be sent again: that one's measures
    stand first, so that they go away only when somebody empties them."""
    kept = posted.copy()
    kept["seen"] = str(item.sequence)
    came = [{name: str(measure[name]) for name in MEASURE_FIELDS} for measure in item.measures]
    sent = [{name: posted.get(f"m{n}-{name}", "") for name in MEASURE_FIELDS} for n in range(_count(posted))]
    own = [row for row in sent if any(row.values()) and row not in came]
    empty = dict.fromkeys(MEASURE_FIELDS, "")
    for number, row in enumerate([*came, *own, *[empty] * EMPTY_MEASURES]):
        kept.update({f"m{number}-{name}": said for name, said in row.items()})
    return kept


def _count(data: Any) -> int:
    """How many rows were sent: m0, m1, … without a gap."""
    number = 0
    while f"m{number}-text" in data and number < 20:
        number += 1
    return number


PRESENCE = Attendance.Presence.choices
