"""SIP counts from a file: everything or nothing, every fault by row and column, and never anything about a person."""

import csv
import datetime
import io
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deviations.documents import sip_file
from deviations.documents.sip_file import Unreadable
from deviations.errors import Invalid, NotYours
from deviations.models import SipCount, SipImport
from deviations.services import sip, sip_columns, sip_import
from tests.cast import unit

HEAD = "Månad;Målgrupp;Nya;Möten med kallelse;Därav utan alla kallade;Genomförda möten;Kallad: BUP;Kom: BUP"
ROW = "2026-03;Barn och unga;10;13;3;12;12;9"
NUMBER = "19121212-1212"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def read(maria):
    def of(content, *, by=maria, name="sip.csv", source="Treserva", principal="karlskrona"):
        content = content if isinstance(content, bytes) else content.encode()
        return sip_import.import_counts(
            content, file_name=name, principal=unit("blekinge", principal), source=source, by=by
        )

    return of


@pytest.fixture
def refused(read):
    """What is told of a file that is refused; nothing of it is kept."""

    def of(content, **given):
        with pytest.raises(Invalid) as caught:
            read(content, **given)
        assert (SipCount.objects.count(), SipImport.objects.count()) == (0, 0)
        return [text for several in caught.value.fields.values() for _code, text in several]

    return of


def workbook(*rows, change=lambda book: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_workbook(text):
    return workbook(*csv.reader(io.StringIO(text), delimiter=";"))


WHOLE = as_workbook(f"{HEAD}\n{ROW}\n")


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{ROW}\n",
        f"\ufeff{HEAD}\r\n{ROW}\r\n\r\n",
        f"{HEAD}\n{ROW}\n".replace(";", ","),
        f"{HEAD}\n{ROW}\n".replace(";", "\t"),
        f"{HEAD}\n{ROW}\n".encode("cp1252"),
        as_workbook(f"{HEAD}\n{ROW}\n"),
        workbook(HEAD.split(";"), [datetime.date(2026, 3, 1), "barn_unga", 10, 13.0, 3, 12, 12, 9]),
        f"{HEAD}\nmars 2026;barn_unga;10;13;3;12;12;9\n",
    ],
)
def test_the_same_counts_in_every_dress(read, content):
    read(content)
    count = SipCount.objects.get()
    assert (count.month, count.target_group, count.municipality.key, count.source) == (
        datetime.date(2026, 3, 1), "barn_unga", "karlskrona", "Treserva",
    )  # fmt: skip
    assert sip.values_of(count) == {
        "initiated": 0, "new": 10, "conducted": 12, "called": 13, "absent": 3, "followed_up": 0, "individuals": 0,
        "days_to_start": None, "attendance": {unit("blekinge", "rb-bup").pk: (12, 9)}, "quality": {},
    }  # fmt: skip


def test_a_report_with_cosmic_links_words_is_recognised(read, berit):
    read(
        "Period;Vårdenhet;Hemkommun;Målgrupp;Skapade planer;Skickade kallelser;Unika patienter\n"
        "202603;Vårdcentral;1081;vuxna;7;9;6\n202603;Vårdcentral;Ronneby;barn_unga;5;8;5\n",
        by=berit, source="Cosmic Link", principal="region-blekinge",
    )  # fmt: skip
    found = SipCount.objects.order_by("pk").values_list("municipality__key", "target_group", "new", "called")
    assert list(found) == [("ronneby", "vuxna", 7, 9), ("ronneby", "barn_unga", 5, 8)]


def test_english_names_are_recognised(read):
    read("month,target group,initiated,new,followed up,met: goal,of: goal\n2026-03,barn_unga,4,3,2,1,3\n")
    assert sip.values_of(SipCount.objects.get())["quality"] == {"goal": (1, 3)}


@pytest.mark.parametrize("written", ["2026-11", "202611", "2026-11-01", "november 2026", "nov. 2026", "2026/11"])
def test_a_month_is_read_as_people_write_it(written):
    assert sip_columns.month(written) == datetime.date(2026, 11, 1)


@pytest.mark.parametrize("written", ["2026-13", "2026", "nov", "2026-11-02", "", "vecka 12"])
def test_what_is_no_month_is_refused(written):
    with pytest.raises(ValueError, match="month"):
        sip_columns.month(written)


def test_the_template_is_read_back_as_it_is(read, maria):
    rows = sip_import.template(unit("blekinge", "karlskrona"))
    for at, content in enumerate((sip_file.as_csv(rows), sip_file.as_xlsx(rows))):
        assert read(content, source=f"Mall {at}").rows == len(rows) - 1
    assert {count.month for count in SipCount.objects.all()} == {datetime.date(2026, 10, 1)}


# ── once, and corrected ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_file_twice_changes_nothing(read):
    first = read(f"{HEAD}\n{ROW}\n")
    assert read(f"{HEAD}\n{ROW}\n", name="igen.csv") == first
    assert (SipImport.objects.count(), SipCount.objects.count()) == (1, 1)


def test_another_file_replaces_only_what_it_changes(read, maria):
    read(f"{HEAD}\n{ROW}\n2026-04;barn_unga;1;2;0;2;2;2\n")
    corrected = f"{HEAD}\n{ROW}\n2026-04;barn_unga;9;9;0;9;9;9\n2026-05;barn_unga;1;2;0;2;2;2\n".encode()
    seen = sip_import.preview(
        corrected, file_name="ny.csv", principal=unit("blekinge", "karlskrona"), source="Treserva", by=maria
    )
    assert [(change.row, change.before and change.before.new, change.entered.new) for change in seen.changes] == [
        (3, 1, 9), (4, None, 1),
    ]  # fmt: skip
    assert seen.same == 1
    read(corrected)
    assert SipCount.objects.filter(replaced_at__isnull=True).count() == 3
    assert SipCount.objects.filter(replaced_at__isnull=False).get().new == 1


def test_a_preview_writes_nothing(maria):
    seen = sip_import.preview(
        f"{HEAD}\n{ROW}\n".encode(), file_name="a.csv", principal=unit("blekinge", "karlskrona"), source="X", by=maria
    )
    assert (len(seen.changes), seen.faults) == (1, ())
    assert (SipCount.objects.count(), SipImport.objects.count()) == (0, 0)


# ── every fault, by row and column ───────────────────────────────────────────────────────────────────────────────────
def test_every_fault_is_told_with_its_row_and_column_and_nothing_is_kept(refused):
    told = refused(
        f"{HEAD}\n{ROW}\n2026-13;barn_unga;1;2;0;2;2;2\n2026-05;grupp;fem;2;0;2;2;2\n"
        "2026-06;barn_unga;1;2;3;2;2;2\n2026-03;barn_unga;1;2;0;2;2;2\n2026-07;barn_unga;1;2;0;2;2;3\n"
    )
    assert told == [
        "Rad 3, Månad: skriv månaden som 2026-03.",
        "Rad 4, Målgrupp: målgruppen finns inte i länets profil.",
        "Rad 4, Nya: skriv ett helt tal.",
        "Rad 5, Därav utan alla kallade: Fler möten saknade en kallad part än det fanns möten med kallelse.",
        "Rad 7: BUP kom till fler möten än den kallades till.",
        "Rad 6: samma månad, kommun och målgrupp står redan på rad 2.",
    ]


def test_every_fault_of_the_heading_is_told(refused):
    assert refused("Nya;Antal nya;Humör;Kallad: BUP;Kallad: Ingen;Uppfyller: Solsken\n1;2;3;4;5;6\n") == [
        "Rad 1, Antal nya: samma uppgift står i två kolumner.",
        "Rad 1, Humör: kolumnen känns inte igen. Ta bort den eller använd mallens namn.",
        "Rad 1, Kallad: Ingen: känner inte igen parten, eller så heter flera så. Skriv enhet och huvudman.",
        "Rad 1, Uppfyller: Solsken: punkten finns inte i länets checklista.",
        "Rad 1: Kolumnen Månad saknas.",
        "Rad 1: Kolumnen Målgrupp saknas.",
        "Rad 1, Kallad: BUP: den andra kolumnen i paret saknas.",
    ]


def test_a_file_of_another_principal_is_refused(refused):
    assert refused("Huvudman;Månad;Målgrupp;Nya\nRonneby;2026-03;barn_unga;1\n") == [
        "Rad 2, Huvudman: filen läses in för Karlskrona kommun."
    ]


# ── nothing about a person ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("cell", [NUMBER, "191212121212", 191212121212, 1212121212, "070-123 45 67", "anna@kommun.se"])
@pytest.mark.parametrize("dress", ["csv", "xlsx", "other sheet"])
def test_a_file_that_may_point_at_a_person_is_refused_whole_and_not_repeated(refused, cell, dress):
    row = ["2026-04", "barn_unga", cell, 1, 0, 1, 1, 1]
    if dress == "csv":
        content = f"{HEAD}\n{ROW}\n{';'.join(map(str, row))}\n"
    elif dress == "xlsx":
        content = workbook(HEAD.split(";"), ROW.split(";"), row)
    else:
        content = workbook(
            HEAD.split(";"), ROW.split(";"), change=lambda book: book.create_sheet("Underlag").append([None, cell])
        )
    [told] = refused(content)
    place = "Rad 1 (blad 2)" if dress == "other sheet" else "Rad 3"
    assert told.startswith(f"{place} ser ut att ha ett personnummer, ett telefonnummer eller en e-postadress.")
    assert str(cell) not in told


def test_every_row_that_points_at_a_person_is_named(refused):
    [told] = refused(f"{HEAD}\n{NUMBER}\n{ROW}\n;;{NUMBER}\n")
    assert told.startswith("Raderna 2, 4 ser ut att ha personnummer")


def test_a_name_in_the_heading_or_a_cell_is_not_repeated(refused):
    assert "Andersson" not in " ".join(refused("Månad;Målgrupp;Anna Andersson\n2026-03;barn_unga;1\n"))
    assert "Andersson" not in " ".join(refused("Månad;Målgrupp;Nya\n2026-03;barn_unga;Anna Andersson\n"))


def test_the_files_own_name_carries_no_identity(refused):
    assert refused(f"{HEAD}\n{ROW}\n", name=f"{NUMBER}.csv")


@given(st.integers(0, 99_999), st.integers(2000, 2026), st.integers(1, 12))
def test_no_count_and_no_month_is_taken_for_a_person(count, year, month):
    assert not any(
        sip_import._points(cell) for cell in (count, str(count), f"{year}-{month:02}", f"{year}{month:02}", str(year))
    )


# ── nothing that runs, and nothing too large ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+SUM(A1)", "-2+3"])
def test_a_formula_is_refused(refused, cell):
    assert refused(f"{HEAD}\n{ROW}\n2026-04;barn_unga;{cell};1;0;1;1;1\n") == [
        "Rad 3 har en formel. Klistra in värdena i stället."
    ]


def test_a_formula_in_a_workbook_is_refused(refused):
    content = workbook(HEAD.split(";"), ROW.split(";"), ["2026-04", "barn_unga", "=SUM(C2:C2)"])
    assert refused(content) == ["Rad 3 har en formel. Klistra in värdena i stället."]


def with_part(name, data=b"x"):
    out = io.BytesIO(as_workbook(f"{HEAD}\n{ROW}\n"))
    with zipfile.ZipFile(out, "a") as parts:
        parts.writestr(name, data)
    return out.getvalue()


def test_macros_and_links_are_refused_by_what_the_file_holds(refused):
    assert refused(with_part("xl/vbaProject.bin")) == ["Filen har makron. Spara den som xlsx utan makron."]
    assert refused(with_part("xl/externalLinks/externalLink1.xml")) == [
        "Filen hämtar uppgifter ur andra filer. Klistra in värdena i stället."
    ]


def test_what_unpacks_into_something_huge_is_refused(refused):
    out = io.BytesIO(as_workbook(f"{HEAD}\n{ROW}\n"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/stor.xml", b"0" * (sip_file.MOST_UNPACKED + 1))
    assert refused(out.getvalue()) == ["Filen är för stor när den packas upp."]


def test_a_row_that_claims_to_be_the_two_billionth_is_refused(refused):
    whole = zipfile.ZipFile(io.BytesIO(as_workbook(f"{HEAD}\n{ROW}\n")))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name in whole.namelist():
            text = whole.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b'<row r="2"', b'<row r="2000000000"')
            parts.writestr(name, text)
    assert refused(out.getvalue()) == ["Filen har för många rader: högst 2000."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Filen är tom."),
        (b"\n\n", "Filen har inga rader."),
        (HEAD.encode(), "Filen har inga rader under rubriken."),
        (b"%PDF-1.7\x00\x01", "Filen är varken CSV eller Excel (xlsx)."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Filen är varken CSV eller Excel (xlsx)."),
        (b"PK\x03\x04nothing", "Filen är varken CSV eller Excel (xlsx)."),
        (b'a;"b\n', "Filen går inte att läsa som CSV. Spara den på nytt och försök igen."),
        (b"1" * 500_001, "Filen är för stor: högst 500 kB."),
        (b"a;" * 90 + b"b", "Filen har för många kolumner: högst 80."),
        (b"a\n" * 2_100, "Filen har för många rader: högst 2000."),
        (b"a;" + b"b" * 201, "Rad 1 har en cell med mycket text. Här räknas bara antal."),
    ],
)
def test_what_is_no_such_file_is_refused_by_its_content(refused, content, told):
    assert refused(content) == [told]


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: b"PK\x03\x04" + rest))
@settings(max_examples=200)
def test_whatever_is_sent_is_read_or_refused(content):
    with suppress(Unreadable):
        assert sip_file.read(content)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_damaged_workbook_is_read_or_refused(data):
    whole = bytearray(WHOLE)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=20)):
        whole[at] = data.draw(st.integers(0, 255))
    with suppress(Unreadable):
        assert sip_file.read(bytes(whole))


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_those_who_may_enter_read_files_in(read, berit, bo):
    with pytest.raises(NotYours):
        read(f"{HEAD}\n{ROW}\n", by=berit)
    assert read(f"{HEAD}\n{ROW}\n", by=bo).source == sip.TOGETHER


def test_a_coordinators_file_changes_no_municipalitys_own_counts(read, maria, bo):
    read(f"{HEAD}\n{ROW}\n")
    with pytest.raises(Invalid, match="Rad 2: kommunen har själv fört in månaden, och det gäller"):
        read(f"{HEAD}\n2026-03;barn_unga;1;1;0;1;1;1\n", by=bo)
