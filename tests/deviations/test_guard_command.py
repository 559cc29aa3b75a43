import io
import json

import pytest
from django.core.management import CommandError, call_command


def guard(data: bytes, *arguments: str) -> str:
    out = io.StringIO()
    call_command("guard", *arguments, stdin=io.BytesIO(data), stdout=out)
    return out.getvalue()


def test_each_line_gives_one_json_object():
    text = "Sköterskan Anna Svensson glömde ringa tillbaka om 20121212-1212."
    lines = guard(f"{text}\n\nBUP kom inte.\r\n".encode(), "--json").splitlines()
    first, empty, last = map(json.loads, lines)
    assert {key: first[key] for key in ("line", "text", "blocked", "refused", "warned")} == {
        "line": 1,
        "text": text,
        "blocked": True,
        "refused": ["personal_identity_number"],
        "warned": ["names_a_person"],
    }
    assert list(first["findings"][0]) == ["code", "blocks", "start", "end", "text", "message", "suggestion"]
    assert [(f["start"], f["end"], f["suggestion"]) for f in first["findings"]] == [
        (11, 24, "sjuksköterskan"),
        (50, 63, "eleven"),
    ]
    assert empty == {"line": 2, "text": "", "blocked": False, "refused": [], "warned": [], "findings": []}
    assert last == {"line": 3, "text": "BUP kom inte.", "blocked": False, "refused": [], "warned": [], "findings": []}


def test_each_code_is_said_once_however_often_it_is_found():
    (line,) = guard(b"20121212-1212 och 20130303-1234", "--json").splitlines()
    assert json.loads(line)["refused"] == ["personal_identity_number"]


def test_for_a_person_the_findings_are_sentences():
    assert guard(b"BUP kom inte.\nOm 19501212-1212\n") == (
        "Rad 1: inget att ändra.\n"
        "Rad 2:\n"
        "  Ta bort: 19501212-1212 (4–16). Det ser ut som ett personnummer. Sådana lämnar aldrig er verksamhet. "
        "Er egen referens kan du skriva i sista steget. Förslag: personen.\n"
    )


def test_a_byte_order_mark_is_no_part_of_the_text():
    (line,) = guard("\ufeffHej".encode(), "--json").splitlines()
    assert json.loads(line)["text"] == "Hej"


def test_no_input_gives_no_output():
    assert guard(b"", "--json") == ""


def test_input_in_another_encoding_is_refused_with_its_line():
    with pytest.raises(CommandError) as refused:
        guard("Hej\nMöte\n".encode("latin-1"))
    assert refused.value.returncode == 2
    assert str(refused.value) == "Rad 2 är inte UTF-8 (byte 2). Spara filen som UTF-8 och försök igen."
