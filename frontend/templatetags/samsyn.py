"""Samsyn's components as tags, and its dates as filters. How each is used: templates/frontend/components/README.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form
from django.forms.widgets import CheckboxInput, ChoiceWidget, Select
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deviations.demo import people
from deviations.learning.period import Period
from frontend import components, dates
from frontend.components import Finding, Station, Step
from frontend.help import topics
from orgs.models import User
from orgs.profiles.parts import Limit

register = template.Library()
REFUSED_SHOWN = 3

TONES = {"", "teal", "ochre", "moss", "brick", "line"}
NOTE_TONES = TONES - {"line"}
ORIENTATIONS = {"vertical": "way--v", "horizontal": "way--h", "tight": "way--v way--tight", "peek": "way--v way--peek"}


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# Filters meet None and "" wherever a date is not known yet; they then write nothing, as Django's own filters do.


@register.filter
def day(value: dt.date | None, style: str = "") -> str:
    return dates.day(value, style) if value else ""


@register.filter
def month(value: dt.date | None, style: str = "") -> str:
    return dates.month(value, style) if value else ""


@register.filter
def moment(value: dt.datetime | None, style: str = "") -> str:
    return dates.moment(value, style) if value else ""


@register.filter
def left(value: dt.date | None, style: str = "") -> str:
    return dates.left(value, style) if value else ""


@register.filter
def urgency(value: dt.date | None) -> str:
    return dates.urgency(value) if value else ""


@register.filter
def span(value: Period) -> str:
    return dates.span(value)


@register.filter
def limit(value: Limit) -> str:
    return dates.limit(value)


@register.filter
def iso(value: dt.date | None) -> str:
    """For the datetime attribute of `time`."""
    return value.isoformat() if value else ""


@register.filter
def initial(name: str) -> str:
    """First letter, for the ring that shows presence."""
    return name[:1].upper()


@register.filter
def upper_first(text: str) -> str:
    """ "i dag 10.05" at the start of a line."""
    return text[:1].upper() + text[1:]


# ── vägen ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def way(stations: Sequence[Station], orientation: str = "vertical", width: int = 116, label: str = "") -> SafeString:
    """Vägen as a list, or as an image ("mini") with its station in words. `label` names a list without heading."""
    if orientation == "mini":
        return render_to_string(
            "frontend/components/way_mini.html",
            {
                "shapes": components.mini_shapes(stations, width),
                "words": components.way_in_words(stations),
                "width": width,
            },
        )
    return render_to_string(
        "frontend/components/way.html",
        {
            "stations": components.draw_way(stations),
            "css": ORIENTATIONS[orientation],
            "boxes": orientation in {"vertical", "tight"},
            "one_line": orientation == "peek",
            "label": label,
        },
    )


# ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def flag(text: str, tone: str = "") -> SafeString:
    if tone not in TONES:
        raise ValueError(f"unknown tone of a flag: {tone!r}")
    return format_html('<span class="flag{}">{}</span>', f" flag--{tone}" if tone else "", text)


@register.simple_tag
def presence(name: str, doing: str) -> SafeString:
    """A ring with the initial and what the person does: "Bo läser också"."""
    ring = format_html('<i aria-hidden="true">{}</i>', initial(name))
    return format_html('<span class="presence">{}{} {}</span>', ring, name, doing)


@register.simple_block_tag
def note(content: SafeString, tone: str = "", title: str = "", role: str = "") -> SafeString:
    """A message with a rule to the left. Give `role="status"` only when it appears without a page load."""
    if tone not in NOTE_TONES:
        raise ValueError(f"unknown tone of a note: {tone!r}")
    return render_to_string(
        "frontend/components/note.html", {"content": content, "tone": tone, "title": title, "role": role}
    )


@register.simple_block_tag
def panel(content: SafeString, title: str = "", aside: str = "", body: str = "") -> SafeString:
    """A box for what is separate (steps, risk). `aside` stands at the right of the title, `body` adds a class."""
    return render_to_string(
        "frontend/components/panel.html", {"content": content, "title": title, "aside": aside, "body": body}
    )


@register.simple_block_tag
def figure(content: SafeString, title: str, deck: str, id: str, foot: str = "") -> SafeString:
    """The finding as title, measure and population as deck; the chart, its table and definition are the content."""
    return render_to_string(
        "frontend/components/figure.html",
        {"content": content, "title": title, "deck": deck, "id": id, "foot": foot},
    )


@register.inclusion_tag("frontend/components/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action}


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """Who a visitor of the demo may be, with what they do; nobody where the data are real. One statement."""
    if not settings.SAMSYN_DEMO:
        return []
    made_up = {people.email_of(login.first_name): login for login in people.LOGINS}
    there = set(User.objects.filter(email__in=made_up, is_active=True).values_list("email", flat=True))
    return [
        {"email": email, "name": login.first_name.capitalize(), "says": login.says, "password": people.PASSWORD}
        for email, login in made_up.items()
        if email in there
    ]


@register.inclusion_tag("frontend/components/term.html")
def term(key: str) -> dict[str, Any]:
    """A word of the field explained where it stands: `{% term "yttrande" %}`, from frontend/help/words.yaml."""
    return {"word": topics.word(key)}


@register.inclusion_tag("frontend/components/pager.html")
def pager(newer: str = "", older: str = "", capped: str = "") -> dict[str, str]:
    """Keyset paging: addresses of the neighbouring pages, and the count in words ("fler än 1 000")."""
    return {"newer": newer, "older": older, "capped": capped}


@register.inclusion_tag("frontend/components/crumbs.html")
def crumbs(here: str, *links: str) -> dict[str, Any]:
    """`{% crumbs "2026-0031" "Arbetsbord" url %}`: where one is, then label and address of each level above."""
    return {"here": here, "links": list(zip(links[::2], links[1::2], strict=True))}


# ── steps, guard, risk ───────────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("frontend/components/steps.html", takes_context=True)
def next_steps(context: Context, steps: Sequence[Step], prefix: str = "step") -> dict[str, Any]:
    """All steps, the refused ones too, each with its reason; many refused stand folded below those that can be taken.
    `prefix` keeps ids apart when drawn twice on a page."""
    refused = [step for step in steps if step.get("refused")]
    folded = refused if len(refused) > REFUSED_SHOWN else []
    return {
        "steps": [step for step in steps if step not in folded],
        "folded": folded,
        "main": next((step["name"] for step in steps if not step.get("refused")), None),
        "prefix": prefix,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("frontend/components/step.html", takes_context=True)
def next_step(context: Context, step: Step, main: bool = False, prefix: str = "step") -> dict[str, Any]:
    """One step. At most one on a page is `main`."""
    return {"step": step, "is_main": main, "prefix": prefix, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("frontend/components/guard_list.html")
def guard_list(findings: Sequence[Finding], name: str = "swap") -> dict[str, Any]:
    """What the guard stopped at, why, and the swaps. Each swap is a submit button `name` = "start:end:words"."""
    return {"findings": findings, "name": name}


@register.simple_tag
def guard_marks(text: str, findings: Sequence[Finding]) -> SafeString:
    return components.marked(text, findings)


@register.inclusion_tag("frontend/components/risk_matrix.html")
def risk_matrix(severity: int, likelihood: int) -> dict[str, Any]:
    names = {1: _("Litet"), 2: _("Måttligt"), 3: _("Stort"), 4: _("Mycket")}
    rows = [(number, names[number], cells) for number, cells in components.risk_rows(severity, likelihood)]
    return {"rows": rows, "columns": range(1, 5), "severity": severity, "likelihood": likelihood}


@register.filter
def risk_level(product: int) -> str:
    return components.risk_level(product)


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("frontend/components/field.html")
def field(
    bound: BoundField, hints: Mapping[str, str] | None = None, optional: bool = True, placeholder: bool = True
) -> dict[str, Any]:
    """Label, hint, error and widget, tied together for screen readers. `hints` explains choices by their value.

    `optional` writes (frivilligt) after the label of a field that is not required; the others carry no mark.
    `placeholder=False` drops one that a library's form sets to the same words as its label.
    """
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, ChoiceWidget) and not isinstance(widget, Select):
        kind = "choices"
    else:
        kind = "input"
    attrs: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} ds-input".strip()}
    if not placeholder:
        attrs["placeholder"] = False
    return {
        "field": bound,
        "kind": kind,
        "widget": bound.as_widget(attrs=attrs),
        "choices": [(option, (hints or {}).get(str(option.data["value"]), "")) for option in bound.subwidgets]
        if kind == "choices"
        else [],
        "mark_optional": optional and not bound.field.required and kind != "checkbox",
    }


@register.inclusion_tag("frontend/components/error_summary.html")
def error_summary(form: Form, focus: bool = True) -> dict[str, Any]:
    """What is wrong, above the form, each line leading to its field. Nothing when the form is right.

    The page opens there, for those who do not see that it has changed, unless `focus` says not to.
    """
    return {"form": form, "fields": [bound for bound in form.visible_fields() if bound.errors], "focus": focus}
