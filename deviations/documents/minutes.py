"""The minutes of a meeting as a document, from the data that approval freezes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from deviations.deadlines import in_swedish
from deviations.documents.document import Block, Document, Facts, Heading, Table, Text
from deviations.language import RECORD


@override(RECORD)
def document_of(minutes: Mapping[str, Any], checksum: str) -> Document:
    """`checksum` empty: a draft, and the document says so."""
    title = _("Protokoll %(body)s %(day)s") % {"body": minutes["body"], "day": _day(minutes["starts_at"])}
    if not checksum:
        title = _("Utkast. %(title)s") % {"title": title}
    blocks: list[Block] = [Heading(title, 1), Facts(tuple(_facts(minutes)))]
    if minutes["attendance"]:
        blocks.append(_attendance(minutes["attendance"]))
    for item in minutes["items"]:
        blocks += _item(item)
    blocks += _approval(minutes, checksum)
    foot = _("Samsyn, kontrollsumma %(sum)s") % {"sum": checksum[:16]} if checksum else _("Samsyn, utkast")
    return Document(title, tuple(blocks), author=minutes["body"], foot=foot)


def _facts(minutes: Mapping[str, Any]) -> list[tuple[str, str]]:
    said = [
        (_("Organ"), f"{minutes['body']}, {minutes['county']}"),
        (_("Tid"), _time(minutes)),
        (_("Plats"), minutes["place"]),
        (_("Diarienummer"), minutes["diary_number"]),
        (_("Mandat"), _("Organet får besluta.") if minutes["may_decide"] else _("Organet rekommenderar.")),
    ]
    return [(term, text) for term, text in said if text]


def _time(minutes: Mapping[str, Any]) -> str:
    opened, ended = (minutes[name] and _clock(minutes[name]) for name in ("opened_at", "ended_at"))
    day = _day(minutes["starts_at"])
    if not opened:
        return f"{day}, {_clock(minutes['starts_at'])}"
    return f"{day}, {opened}–{ended}" if ended else f"{day}, {opened}"


def _attendance(seats: list[dict[str, str]]) -> Table:
    rows = tuple(
        (f"{seat['title']} ({seat['name']})" if seat["name"] else seat["title"], seat["duty"], seat["presence_label"])
        for seat in seats
    )
    return Table(_("Närvaro"), (_("Företräder"), _("Uppdrag"), _("Närvaro")), rows)


def _item(item: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(f"{item['number']}. {item['title']}")]
    if item["deviations"]:
        blocks.append(Text(", ".join(item["deviations"]), _("Avvikelser:")))
    if item["memo"]:
        blocks.append(Text(item["memo"]))
    blocks += [Text(_conflict(conflict), _("Jäv:")) for conflict in item["conflicts"]]
    if item["deviations"] or item["text"]:
        blocks.append(Text(item["text"], f"{item['verb_label']}:" if item["text"] else f"{item['verb_label']}."))
    if item["measures"]:
        blocks.append(_measures(item["measures"]))
    blocks += [
        Text(f"{missed['deviation']}. {missed['reason']}", _("Kunde inte föras in:")) for missed in item["left_out"]
    ]
    return blocks


def _conflict(conflict: Mapping[str, str]) -> str:
    """Samsyn's own reasons begin with the name."""
    named = conflict["reason"].startswith(conflict["title"])
    return conflict["reason"] if named else f"{conflict['title']}. {conflict['reason']}"


def _measures(measures: list[dict[str, Any]]) -> Table:
    rows = tuple(
        (
            measure["text"], measure["owner_name"], in_swedish(date.fromisoformat(measure["due_on"])),
            f"{measure['sign']} ({in_swedish(date.fromisoformat(measure['check_on']))})",
        )
        for measure in measures
    )  # fmt: skip
    return Table(_("Åtgärder"), (_("Vad"), _("Vem"), _("Klart"), _("Så märks det att det hjälpt")), rows)


def _approval(minutes: Mapping[str, Any], checksum: str) -> list[Block]:
    if not checksum:
        return [Heading(_("Justering")), Text(_("Protokollet är inte justerat. Inget av det som står här gäller än."))]
    said = _("%(who)s justerade protokollet %(day)s.") % {
        "who": minutes["approved_by"],
        "day": _day(minutes["approved_at"]),
    }
    return [Heading(_("Justering")), Text(said), Text(checksum, _("Kontrollsumma (SHA-256):"))]


def _local(instant: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(instant))


def _day(instant: str) -> str:
    return in_swedish(_local(instant).date())


def _clock(instant: str) -> str:
    return f"{_local(instant):%H.%M}"
