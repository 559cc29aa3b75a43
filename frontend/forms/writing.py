"""Forms of a report that is being written: which one, its words, and why it is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.learning.period import Period
from deviations.models import LearningReport
from deviations.reports.decided import Choice
from deviations.reports.templates import TEMPLATES
from frontend.forms.filing import PlainText
from frontend.forms.governance import NeededLine
from frontend.forms.steps import NeededText

MOST_DECISIONS = 12
"""The newest of the period that are offered, besides those already chosen."""


class BeginForm(forms.Form):
    """`place`: a template and one of its periods, as "board_month:2026-03"."""

    place = forms.ChoiceField(
        label=gettext_lazy("Vilken rapport, och för vilken tid?"),
        help_text=gettext_lazy("Bara perioder som är slut. Varje period börjar i januari."),
        error_messages={
            "required": gettext_lazy("Välj en rapport."),
            "invalid_choice": gettext_lazy("Välj en rapport."),
        },
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, Period]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {f"{template}:{period.key}": (template, period) for template, period in places}
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        words = [
            (key, f"{TEMPLATES[template].name}, {period.name}") for key, (template, period) in self.periods.items()
        ]
        field.choices = [("", _("Välj")), *words]


class WriteForm(forms.Form):
    """The template's own fields, each decision as two: what it is called in the report, and what is said of it."""

    title = NeededLine(label=gettext_lazy("Rubrik"), max_length=200)

    def __init__(self, *args: Any, report: LearningReport, decisions: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {field.id: field for field in TEMPLATES[report.template].fields}
        self.initial.setdefault("title", report.title)
        self.decisions: list[str] = []
        for field in self.kinds.values():
            if field.kind == "decisions":
                self._add_decisions(report, decisions)
                continue
            rows = 4 if field.kind == "lines" else 6
            self.fields[field.id] = PlainText(
                label=field.label, help_text=field.help, max_length=4000, widget=forms.Textarea({"rows": rows})
            )
            self.initial.setdefault(field.id, report.text.get(field.id, ""))

    def _add_decisions(self, report: LearningReport, decisions: Sequence[Choice]) -> None:
        written = {row["of"]: row for row in report.text.get("decided", [])}
        first = [choice for choice in decisions if choice.of in written]
        others = [choice for choice in decisions if choice.of not in written][:MOST_DECISIONS]
        for number, choice in enumerate([*first, *others]):
            self.decisions.append(choice.of)
            row = written.get(choice.of, {})
            self.fields[f"lead-{number}"] = PlainText(
                label=choice.title, help_text=_("Så här ska det heta i rapporten. Tomt: det tas inte med."),
                max_length=120, widget=forms.TextInput(),
            )  # fmt: skip
            self.fields[f"text-{number}"] = PlainText(
                label=_("Det läsaren behöver veta"), max_length=600, widget=forms.Textarea({"rows": 2})
            )
            self.initial.setdefault(f"lead-{number}", row.get("lead", ""))
            self.initial.setdefault(f"text-{number}", row.get("text", ""))

    @property
    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        text: dict[str, Any] = {
            id: self.cleaned_data.get(id, "") for id, field in self.kinds.items() if field.kind != "decisions"
        }
        text["decided"] = [
            {"of": of, "lead": self.cleaned_data[f"lead-{at}"], "text": self.cleaned_data[f"text-{at}"]}
            for at, of in enumerate(self.decisions)
        ]
        return {"title": self.cleaned_data["title"], "text": text}


class ReviseForm(forms.Form):
    reason = NeededText(
        label=gettext_lazy("Vad rättas, och varför?"),
        help_text=gettext_lazy("Det står i den rättade rapporten. Skriv vad, aldrig vem."),
        max_length=300,
    )
