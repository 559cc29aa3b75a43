"""A05: what may point at a person is found in any notation, and what may not is left in peace."""

import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer

from deviations.privacy import Finding, blocks, replaced, scan

SITUATIONS = dict(
    line.split("\t") for line in Path(__file__).with_name("situations.txt").read_text(encoding="utf-8").splitlines()
)


def lines() -> dict[str, list[str]]:
    """The sections of privacy_lines.txt, one thing to find, or to leave, on each line."""
    text = Path(__file__).with_name("privacy_lines.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[(.+)\]\n", text, flags=re.MULTILINE)[1:]
    return {name: body.strip("\n").split("\n") for name, body in zip(parts[::2], parts[1::2], strict=True)}


LINES = lines()


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.text) for finding in scan(text)]


# The situations of the audits


@pytest.mark.parametrize("case", sorted(set(SITUATIONS) - {"BL-11"}))
def test_a_situation_told_without_persons_passes_untouched(case):
    assert scan(SITUATIONS[case]) == []


def test_a_blamed_nurse_is_warned_for_and_an_identity_number_is_refused():
    text = SITUATIONS["BL-11"]
    name, number = scan(text)
    assert name == Finding(
        code="names_a_person",
        blocks=False,
        start=11,
        end=24,
        text="Anna Svensson",
        message="Det ser ut som ett namn. Rollen räcker, så handlar det om vad som hände.",
        suggestion="sjuksköterskan",
    )
    assert (number.code, number.blocks, number.text) == ("personal_identity_number", True, "20121212-1212")
    assert number.message == (
        "Det ser ut som ett personnummer. Sådana lämnar aldrig er verksamhet. "
        "Er egen referens kan du skriva i sista steget."
    )
    assert blocks(text)
    assert replaced(text, name) == "Sjuksköterskan glömde ringa tillbaka om 20121212-1212."


# Identity numbers

NOTATIONS = [
    "20121212-1212",
    "201212121212",
    "121212-1212",
    "1212121212",
    "121212+1212",
    "121212 + 1212",
    "2012 12 12 - 1212",
    "121212 1212",
    "20121212 1212",
    "12 12 12-1212",
    "12 12 12 1212",
    "20 121212-1212",
    "2012 1212-1212",
    "2012-12-12-1212",
    "2012-12-12 - 1212",
    "2012/12/12-1212",
    "2012.12.12-1212",
    "2012-1212-1212",
    "20121212–1212",
    "20121212—1212",
    "20121212\u22121212",
    "20121212\u20111212",
    "20121212\u00ad1212",
    "20121212\u00ad-1212",
    "20121212\u00a0-\u00a01212",
    "20121212\u202f1212",
    "2012\u200b1212-1212",
    "2012\u2060121212\ufeff12",
    "２０１２１２１２-１２１２",
    "٢٠١٢١٢١٢-١٢١٢",
    "20121212-\n1212",
    "20121212\r\n1212",
    "201212\n12-1212",
    "20121212-12\n12",
    "20121212-12 12",
    "20121212--1212",
    "20121212/1212",
    "20121212.1212",
    "20121212,1212",
    "20121212_1212",
    "20121212 (1212)",
    "2 0 1 2 1 2 1 2 - 1 2 1 2",
    "1 2 1 2 1 2 1 2 1 2",
    "20121212-T123",
    "20121212T123",
    "19121212-TF01",
    "121212-T123",
    "20121212-XXXX",
    "2012-12-12-T123",
    "20121212, sista fyra 1212",
    "2012-12-12, de fyra sista siffrorna är 1212",
    "12 december 2012 – 1212",
    "12/12 2012-1212",
    "12 dec. 2012-1212",
    "001001-0000",
    "0010101234",
    "20120231-1212",
    "000101-1212",
]


@pytest.mark.parametrize("number", NOTATIONS)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("Ringde om ", "."), ("(", ")"), ("pnr:", ", men\n"), ("x", "y")]
)
def test_an_identity_number_is_found_in_every_notation(number, before, after):
    if not number.isnumeric() and re.search("[TX]", number):
        after = after.replace("y", " y")  # a letter would make it another word
    assert found(before + number + after) == [("personal_identity_number", number)]


def test_a_coordination_number_has_its_own_code():
    assert found("Gäller 20121272-1212.") == [("coordination_number", "20121272-1212")]
    assert found("Gäller 121291 1212.") == [("coordination_number", "121291 1212")]


@pytest.mark.parametrize(
    "between",
    [" ", ", ", "/", ";", "\n", " och ", ") (", ". "],
    ids=["space", "comma", "slash", "semi", "line", "och", "()", "."],
)
def test_two_numbers_after_each_other_are_both_found(between):
    assert found(f"20121212-1212{between}130303-1234") == [
        ("personal_identity_number", "20121212-1212"),
        ("personal_identity_number", "130303-1234"),
    ]


def test_a_number_after_a_telephone_number_is_found():
    assert found("070-123 45 67 121212-1212") == [
        ("phone", "070-123 45 67"),
        ("personal_identity_number", "121212-1212"),
    ]


def test_a_number_named_as_such_is_found_even_when_incomplete():
    assert found("Personnummer 20121212.") == [("personal_identity_number", "20121212")]
    assert found("pnr: 121212-121") == [("personal_identity_number", "121212-121")]
    assert found("född 20121212, 1212") == [("personal_identity_number", "20121212, 1212")]
    assert found("sista fyra 1212") == [("personal_identity_number", "1212")]


def test_a_dated_moment_is_taken_for_a_number_only_when_the_checksum_holds():
    assert scan("Mötet 2022-03-14 1530 ställdes in.") == []
    assert personnummer.valid("2203141529") is False
    valid = next(f"{n:04}" for n in range(1500, 1560) if personnummer.valid(f"220314{n:04}"))
    assert found(f"Mötet 2022-03-14 {valid}") == [("personal_identity_number", f"2022-03-14 {valid}")]
    assert found("Född 2012-12-12 9999") == [("personal_identity_number", "2012-12-12 9999")]


def test_ten_bare_digits_that_may_be_a_mobile_are_a_phone_unless_the_checksum_says_otherwise():
    assert found("Ring 0701234567") == [("phone", "0701234567")]
    number = next(f"070123{n:04}" for n in range(4000, 4100) if personnummer.valid(f"070123{n:04}"))
    assert found(f"Om {number}") == [("personal_identity_number", number)]
    assert found("pnr 0701234567") == [("personal_identity_number", "0701234567")]


DAYS = st.dates(date(1900, 1, 1), date(2029, 12, 31))
LAST_FOUR = st.integers(0, 9999).map("{:04}".format)
DASHES = st.sampled_from(["-", "–", "—", "\u2212", "\u2011", "\uff0d", "+", " - ", "\u00a0–\u00a0", "- ", " -", "-\n"])
DATE_FORMS = st.sampled_from(
    ["{y}{m}{d}", "{c}{y}{m}{d}", "{c}{y}-{m}-{d}", "{y} {m} {d}", "{c}{y} {m} {d}", "{c}{y} {m}{d}", "{c}{y}.{m}.{d}"]
)
LETTERS = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), max_size=12)
BEFORE = st.sampled_from(
    ["", "Det gällde ", "pnr:", "(", "Vi väntade i 3 veckor.\n", "”", "kl. 15 ringde vi om ", "elev/"]
)
AFTER = st.sampled_from(
    ["", ".", ")", ", men ingen svarade på 3 dagar.", "?", "\nSedan hände inget", "”", "s vårdnadshavare", "/BUP"]
)


def written(form: str, day: date, coordination: bool) -> str:
    number = day.day + (60 if coordination else 0)
    return form.format(c=day.year // 100, y=f"{day.year % 100:02}", m=f"{day.month:02}", d=f"{number:02}")


@given(BEFORE, LETTERS, DATE_FORMS, DAYS, st.booleans(), DASHES, LAST_FOUR, AFTER)
def test_any_number_with_a_sign_is_found_at_its_exact_place(before, word, form, day, coordination, dash, last, after):
    number = written(form, day, coordination) + dash + last
    text = f"{before}{word} {number}{after}"
    hit = next(finding for finding in scan(text) if finding.blocks)
    code = "coordination_number" if coordination else "personal_identity_number"
    start = len(before) + len(word) + 1
    assert (hit.code, hit.start, hit.end, hit.text) == (code, start, start + len(number), number)


@given(BEFORE, DAYS, st.booleans(), LAST_FOUR, st.sampled_from(["", " ", "\u00a0", "\n", "\u200b"]), AFTER)
def test_any_number_with_its_century_is_found_without_a_sign(before, day, coordination, last, gap, after):
    number = written("{c}{y}{m}{d}", day, coordination) + gap + last
    hit = next(finding for finding in scan(before + number + after) if finding.blocks)
    assert (hit.start, hit.end, hit.text) == (len(before), len(before) + len(number), number)


@given(BEFORE, DAYS, LAST_FOUR, AFTER)
def test_any_ten_bare_digits_that_begin_with_a_date_block(before, day, last, after):
    number = written("{y}{m}{d}", day, False) + last
    hit = next(finding for finding in scan(before + number + after) if finding.blocks)
    assert (hit.start, hit.text) == (len(before), number)


@given(
    DAYS,
    LAST_FOUR,
    st.lists(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202d"), min_size=1, max_size=6),
    st.data(),
)
def test_invisible_characters_hide_nothing(day, last, invisible, data):
    number = list(written("{c}{y}{m}{d}-", day, False) + last)
    for char in invisible:
        number.insert(data.draw(st.integers(1, len(number) - 1)), char)
    number = "".join(number)
    assert found(f"Om {number}.") == [("personal_identity_number", number)]


# What looks like numbers of persons and is not

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]


def ways_to_write(day: date) -> list[str]:
    later = day + timedelta(days=6)
    return [
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%y%m%d}",
        f"{day:%y-%m-%d}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%Y/%m/%d}",
        f"{day.day}/{day.month} {day.year}",
        f"{day.day}/{day.month}-{day:%y}",
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"den {day.day} {MONTHS[day.month - 1]} {day.year} kl. 15.30",
        f"{day:%Y-%m-%d} 15:30",
        f"{day:%Y-%m-%d} kl 1530",
        f"{day:%Y-%m-%d}T15:30:00",
        f"{day:%Y-%m-%d} 0800-1630",
        f"{day:%Y%m%d}-{later:%Y%m%d}",
        f"{day:%Y%m%d} – {later:%Y%m%d}",
        f"{day:%y%m%d}-{later:%y%m%d}",
        f"{day:%Y-%m-%d}–{later:%Y-%m-%d}",
        f"{day:%Y-%m-%d} - {later:%Y-%m-%d}",
        f"{day:%Y-%m-%d} {later:%Y-%m-%d}",
        f"{day:%Y-%m-%d}, {later:%Y-%m-%d}",
        f"{day:%Y-%m-%d}\n{later:%Y-%m-%d}",
        f"{day.day}–{later.day} {MONTHS[later.month - 1]} {day.year}",
        f"läsåret {day.year}/{(day.year + 1) % 100:02}",
        f"{day.year}–{day.year + 1}",
    ]


@given(
    st.dates(date(1990, 1, 1), date(2029, 12, 31)),
    BEFORE.filter(lambda text: "pnr" not in text),
    st.sampled_from(["", ".", " kom ingen", ")"]),
)
def test_dates_are_left_in_peace(day, before, after):
    for way in ways_to_write(day):
        assert found(f"{before}{way}{after}") == []


@given(
    st.integers(2, 9),
    st.integers(2, 9),
    st.integers(0, 9999),
    st.integers(0, 9999),
    st.sampled_from(["-", "", " ", "–"]),
)
def test_organisation_numbers_are_left_in_peace(first, third, middle, last, dash):
    number = f"{first}1{third}{middle % 1000:03}{dash}{last:04}"
    assert found(f"Org.nr {number}, Region Blekinge") == []
    assert found(f"org.nr 16{number}") == []
    assert found(f"SE{number.replace(dash, '') if dash else number}-1003") == []


@given(st.integers(1686, 2029), st.integers(1, 1999), st.integers(1, 99))
def test_statutes_and_registration_numbers_are_left_in_peace(year, number, leaf):
    for text in (
        f"lag ({year}:{number})",
        f"SFS {year}:{number}",
        f"SOSFS {year}:{leaf}",
        f"OSL {leaf}:{leaf % 9 + 1}",
        f"{year}-{number:04}",
        f"Rev/{number:05}-{year}",
        f"HSN {year}/{number}-{leaf}",
        f"HSN {year}/{number:04}",
        f"dnr {year}-{number:04}-{leaf}",
        f"dnr {leaf:02}RGK{number:04}",
        f"KS-{year}-{number:05}",
        f"Dnr: RS/{number}/{year}",
    ):
        assert found(text) == [], text


@pytest.mark.parametrize(
    "text",
    LINES["figures"],
)
def test_other_figures_are_left_in_peace(text):
    assert found(text) == []
    assert found(f"Gällde {text}.") == []


@given(st.text(st.one_of(st.sampled_from("0123456789 -+.@()ÅåA\u030a\u200bäÄnasTl\n/"), st.characters()), max_size=80))
def test_findings_stand_in_order_apart_and_exactly_where_they_say(text):
    last = 0
    for finding in scan(text):
        assert last <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text
        assert finding.blocks == (finding.code != "names_a_person")
        last = finding.end


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1-",
        "12 ",
        "070-",
        "@",
        "a@",
        "a.",
        "( at ",
        "Anna ",
        "Karl von ",
        "20121212-1212 ",
        "2012-12-12 ",
        "+46 ",
        " ",
        "\u200b",
        "A\u030a",
        "Dr. ",
        "1 1  1",
        "pnr ",
    ],
)
def test_the_work_grows_no_faster_than_the_text(piece):
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        taken = []
        for _round in range(2):
            before = time.process_time()
            scan(text)
            taken.append(time.process_time() - before)
        return min(taken)

    # Eight times the text: linear work takes about 8 times as long, quadratic 64.
    assert seconds(32_000) < 24 * max(seconds(4_000), 0.002)
