"""Made-up examples of every part in every state, for the page of components. Nothing is read from the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from deviations.learning.period import until
from frontend import catalogue_numbers, look
from frontend.components import Finding, Station, StationState, Step
from frontend.tour.steps import Here, tours
from orgs.profiles.parts import Limit

NAMES = ("Inskickad", "Hos gruppen", "Yttrande", "På dagordning", "Beslut", "Åtgärd", "Effekt")
COLOURS = (
    ("page", "Papper", "--page"),
    ("surface", "Yta", "--surface"),
    ("sunken", "Nedsänkt", "--sunken"),
    ("ink", "Bläck", "--ink"),
    ("ink2", "Bläck 2", "--ink-2"),
    ("edge", "Kant", "--edge"),
    ("teal", "Petrol", "--teal"),
    ("tealt", "Petrol, ton", "--teal-tint"),
    ("ochref", "Ockra, form", "--ochre-fill"),
    ("ochre", "Ockra, text", "--ochre"),
    ("ochret", "Ockra, ton", "--ochre-tint"),
    ("moss", "Mossa", "--moss"),
    ("mosst", "Mossa, ton", "--moss-tint"),
    ("brick", "Tegel", "--brick"),
    ("brickt", "Tegel, ton", "--brick-tint"),
)
PASSED: StationState = "passed"
COMING: StationState = "coming"
TEXT = "Mötet fick avbrytas. Sköterskan Anna Svensson skulle ringa tillbaka om 20121212-1212, men vi hörde inget mer."


class ExampleForm(forms.Form):
    """One field of each kind; bound to wrong answers to show the errors."""

    reference = forms.CharField(
        label="Er egen referens", help_text="Stannar hos Karlskrona kommun.", required=False, initial="E 22-031"
    )
    happened_on = forms.DateField(
        label="När hände det?",
        error_messages={"invalid": "Datumet går inte att läsa. Skriv det som 2026-03-29."},
    )
    what = forms.CharField(label="Vad hände?", widget=forms.Textarea(attrs={"rows": 3}))
    body = forms.ChoiceField(
        label="Till vilken grupp?", choices=[("", "Välj"), ("bu", "Barn och unga"), ("v", "Vuxna")]
    )
    category = forms.ChoiceField(
        label="Vad liknar det mest?",
        choices=[("sip", "SIP: kallad part kom inte"), ("remiss", "Remiss"), ("oklart", "Oklart vem som ansvarar")],
        widget=forms.RadioSelect,
        initial="sip",
        error_messages={"required": "Välj det som liknar mest."},
    )
    file = forms.FileField(
        label="Fil med antal", help_text="CSV eller Excel, högst 5 MB.", error_messages={"required": "Välj en fil."}
    )
    closed = forms.CharField(label="Diarienummer", initial="2026/31", disabled=True, help_text="Sätts av systemet.")
    seen = forms.BooleanField(
        label="Jag har sett över de 14 som byter organ",
        error_messages={"required": "Kryssa i att du sett över bytena."},
    )


def stations(*states: StationState, **texts: str) -> list[Station]:
    """The seven stations in the given states, the rest to come; `texts` by position: s3="Väntar på BUP"."""
    padded = [*states, *([COMING] * (len(NAMES) - len(states)))]
    return [
        {"label": name, "state": state, "text": texts.get(f"s{number}", "")}
        for number, (name, state) in enumerate(zip(NAMES, padded, strict=True), start=1)
    ]


def example_ways() -> dict[str, Any]:
    said: list[Station] = [
        {"label": "Inskickad", "state": "passed", "text": "14 mars, 15.20"},
        {
            "label": "Yttrande begärt av BUP",
            "state": "passed",
            "text": "16 mars, lämnat 28 mars, två dagar före sista dag",
            "body": "Kallelsen gick till en brevlåda som inte bevakas sedan omorganisationen i januari.",
            "by": "BUP, Region Blekinge",
        },
        {
            "label": "På dagordning 4 april",
            "state": "here",
            "text": "I dag 10.05, nyss",
            "body": "Två liknande avvikelser från Ronneby och Karlshamn tas upp samtidigt.",
            "by": "Samordnaren",
            "fresh": True,
        },
        {"label": "Du får svar", "state": "coming", "text": "Senast 13 maj", "goal": True},
        {"label": "Åtgärd och effekt", "state": "coming", "text": "Du får frågan om det hjälpte"},
    ]
    return {
        "late_way": stations("passed", "passed", "late", "here", s1="14 mars", s3="Två dagar sent", s5="Senast 13 maj"),
        "waiting_way": stations("passed", "passed", "waiting", s3="Väntar på BUP"),
        "done_way": stations(*([PASSED] * 6), "effect", s7="Bekräftad"),
        "said_way": said,
        "minis": [
            ("Här är den nu", stations("passed", "passed", "here")),
            ("Väntar på någon", stations("passed", "passed", "passed", "waiting")),
            ("Försenad", stations("passed", "passed", "passed", "late")),
            ("Effekt bekräftad", stations(*([PASSED] * 6), "effect")),
            ("Just inskickad", stations("here")),
            ("Inte skickad än", stations()),
        ],
    }


def example_steps() -> list[Step]:
    return [
        {"name": "put_on_agenda", "label": "Lägg på dagordning 4 april", "url": "#steg", "key": "D"},
        {"name": "request_completion", "label": "Begär komplettering", "url": "#steg", "key": "K"},
        {"name": "close", "label": "Avsluta", "key": "A", "refused": "Kan avslutas när rapportören har fått svar."},
    ]


def refused_steps() -> list[Step]:
    """More than three that cannot be taken are folded."""
    return [
        {"name": "receive", "label": "Ta emot", "refused": "Avvikelsen är redan mottagen."},
        {"name": "check_effect", "label": "Kontrollera effekt", "refused": "Ingen åtgärd pågår."},
        {"name": "reopen", "label": "Öppna igen", "refused": "Bara en avslutad avvikelse kan öppnas igen."},
    ]


def example_nav() -> dict[str, Any]:
    def line(label: str, current: bool = False) -> dict[str, Any]:
        return {"label": label, "url": "#meny", "current": current}

    return {
        "home": line("Hem"),
        "bar": [line("Arbetsbord", current=True), *map(line, ("Möten", "Åtgärder", "Register", "Rapporter"))],
        "more": [*map(line, ("Organ", "Vem ansvarar?", "Rutinen"))],
    }


def example_findings() -> list[Finding]:
    def at(word: str) -> tuple[int, int]:
        return TEXT.index(word), TEXT.index(word) + len(word)

    number, name = at("20121212-1212"), at("Anna Svensson")
    return [
        {
            "level": "block",
            "start": number[0],
            "end": number[1],
            "text": "20121212-1212",
            "why": "Det ser ut som ett personnummer. Sådana lämnar aldrig er verksamhet.",
            "swaps": ["eleven", ""],
        },
        {
            "level": "warn",
            "start": name[0],
            "end": name[1],
            "text": "Anna Svensson",
            "why": "Det ser ut som ett namn. Rollen räcker, så handlar det om vad som hände.",
            "swaps": ["sjuksköterskan"],
        },
    ]


def example_queue(today: dt.date) -> list[dict[str, Any]]:
    def row(number: str, title: str, sub: str, way: list[Station], days: int, **more: Any) -> dict[str, Any]:
        due_on = today + dt.timedelta(days=days)
        return {"number": number, "title": title, "sub": sub, "url": "#ko", "stations": way, "due_on": due_on, **more}

    passed: list[StationState] = ["passed", "passed", "passed"]
    late = row(
        "0021",
        "Remissen återkom utan åtgärd",
        "Ronneby, Socialtjänst IFO › Vårdcentral",
        stations(*passed, "late"),
        -12,
        waits_for="Vårdcentralen",
        risk=6,
    )
    new = row(
        "0119",
        "Insatser bärs av socialtjänsten under väntetid",
        "Karlshamn, Socialtjänst IFO › BUP",
        stations("passed", "here"),
        0,
        waits_for="ta emot",
        yours=True,
        new=True,
    )
    waits = row(
        "0031",
        "Remiss återsänd för andra gången",
        "Olofström, Elevhälsan › BUP",
        stations(*passed, "waiting"),
        1,
        waits_for="BUP",
        risk=9,
        remark="avtal utgånget",
    )
    chosen = row(
        "0112",
        "Kallad part kom inte till SIP-möte",
        "Karlskrona, Elevhälsan › BUP",
        stations(*passed, "here"),
        2,
        waits_for="dagordning",
        yours=True,
        risk=9,
        selected=True,
    )
    later = row(
        "0088",
        "Överföring till vuxenpsykiatrin uteblev",
        "BUP › Vuxenpsykiatrin",
        stations(*passed, "passed", "here"),
        6,
        waits_for="Möte 4 april",
        risk=12,
    )
    return [
        {"label": "Försenade", "count": 1, "rows": [late]},
        {"label": "Denna vecka", "count": 3, "rows": [new, waits, chosen]},
        {"label": "Senare", "count": 1, "rows": [later]},
    ]


LONG = "Barn- och ungdomspsykiatriska öppenvårdsmottagningen för neuropsykiatriska utredningar i Karlskrona och Ronneby"


def example_messages() -> list[Message]:
    return [
        Message(messages.SUCCESS, "Skickad. Samverkansgruppen har den nu."),
        Message(messages.INFO, "Sidan är uppdaterad."),
        Message(messages.WARNING, "Överenskommelsen har gått ut."),
        Message(messages.ERROR, "Någon hann före. Det du skrev finns kvar."),
    ]


def example_numbers() -> dict[str, Any]:
    return {"charts": catalogue_numbers.charts(), "matrix": catalogue_numbers.matrix(), **catalogue_numbers.front()}


def example_tour() -> Here:
    return Here(number=2, all=5, step=tours()["coordinator"][1], url="#hjalp", away=False)


def examples() -> dict[str, Any]:
    """The whole context of the page."""
    now = timezone.now()
    return {
        **example_ways(),
        **example_numbers(),
        "colours": COLOURS,
        "preview": look.example("#1F4E8C", name="Samsyn Värmland", county="Värmlands län"),
        "steps": example_steps(),
        "many_steps": [*example_steps(), *refused_steps()],
        "all_refused": refused_steps(),
        "example_nav": example_nav(),
        "guard_text": TEXT,
        "findings": example_findings(),
        "groups": example_queue(timezone.localdate()),
        "form": ExampleForm(),
        "wrong_form": wrong_form(),
        "category_hints": {"sip": "Föreslås utifrån din text", "remiss": "Avvisad, återsänd eller otillräcklig"},
        "entries": [
            {"at": now, "text": "Påminnelse till BUP, två dagar kvar.", "by": "Samsyn"},
            {"at": now - dt.timedelta(days=400), "text": "Inskickad.", "by": "Elevhälsan, Olofströms kommun"},
        ],
        "form_steps": ["Vad hände?", "Vilka berörs?", "Se över"],
        "long": LONG,
        "example_messages": example_messages(),
        "example_tour": example_tour(),
        "days": [timezone.localdate() + dt.timedelta(days=offset) for offset in (-2, -1, 0, 1, 3, 400)],
        "ten_days": Limit(working_days=10),
        "to_august": until(timezone.localdate().year, 8),
        "now": now,
    }


def wrong_form() -> ExampleForm:
    return ExampleForm(
        {"wrong-happened_on": "31 mars i fjol", "wrong-what": "Mötet avbröts", "wrong-body": "bu"},
        MultiValueDict(),
        prefix="wrong",
    )
