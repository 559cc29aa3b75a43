"""A published table is fed in as plain counts and comes out as printed, in both ways of rounding."""

import pytest
from django.core.management import CommandError, call_command

from deviations.learning.counts import Cell as Count
from deviations.learning.shares import Rounding
from deviations.reports.plain_counts import differing, read, table_of
from deviations.reports.printing import column
from orgs.profiles import loader

# Valmyndigheten, the final result of the election to the Riksdag 2018: votes, and per cent as printed there, each
# rounded for itself. They add up to 99.99.
RIKSDAG = """\
Parti;Röster;Andel
S;1 830 386;28,26 %
M;1 284 698;19,84 %
SD;1 135 627;17,53 %
C;557 500;8,61 %
V;518 454;8,00 %
KD;409 478;6,32 %
L;355 546;5,49 %
MP;285 899;4,41 %
FI;29 665;0,46 %
övriga;69 472;1,07 %
"""
# A survey's frequencies as its archive prints them (International Household Survey Network, question a17 of an
# enterprise survey: where the numbers come from), in tenths of a per cent.
SURVEY = """\
Svar,Antal,Andel
Taken directly from establishment records,58,15.5
Estimates computed with some precision,270,72.0
Arbitrary and unreliable numbers,5,1.3
Some from books and some estimates,42,11.2
"""


def shares(table):
    return [row[2].text.replace("\u00a0", " ") for row in (*table.rows, table.foot)]


def printed(text):
    return [line.split(";")[2] for line in text.splitlines()[1:]]


def test_a_published_table_comes_out_as_printed_by_plain_rounding():
    counted = read(RIKSDAG)
    table = table_of(counted, rounding=Rounding.PLAIN)
    assert shares(table) == [*printed(RIKSDAG), "99,99 %"]
    assert [row[1].text.replace("\u202f", " ") for row in table.rows] == [
        line.split(";")[1] for line in RIKSDAG.splitlines()[1:]
    ]
    assert differing(counted, table) == []


def test_the_same_table_adds_up_to_100_by_largest_remainders():
    """One share differs, the one with the largest remainder that was thrown away: 8.00488 per cent."""
    counted = read(RIKSDAG)
    table = table_of(counted, rounding=Rounding.LARGEST_REMAINDER)
    wanted = [share if share != "8,00 %" else "8,01 %" for share in printed(RIKSDAG)]
    assert shares(table) == [*wanted, "100,00 %"]
    assert differing(counted, table) == ["V"]


def test_a_published_table_that_adds_up_comes_out_as_printed_both_ways():
    counted = read(SURVEY)
    for rounding in Rounding:
        table = table_of(counted, rounding=rounding)
        assert shares(table) == ["15,5 %", "72,0 %", "1,3 %", "11,2 %", "100,0 %"]
        assert differing(counted, table) == []


def test_counts_alone_have_whole_per_cent():
    assert shares(table_of(read("a,n\nx,1\ny,1\nz,1\n"), rounding=Rounding.LARGEST_REMAINDER)) == [
        "34 %", "33 %", "33 %", "100 %",
    ]  # fmt: skip
    assert shares(table_of(read("a,n\nx,0\n"), rounding=Rounding.PLAIN)) == ["0 %", "0 %"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Första raden"),
        ("a;b\n", "Första raden"),
        ("a;b\nx;-1\n", "Rad 2: -1 är inget antal."),
        ("a;b;c\nx;1;hälften\n", "Rad 2: hälften är ingen andel."),
        ("a;b\nx;1;2\n", "Rad 2 har 3 kolumner i stället för 2."),
    ],
)
def test_what_is_no_such_table_is_refused_in_words(text, reason):
    with pytest.raises(ValueError, match=r"[Rr]ad") as refused:
        read(text)
    assert reason in str(refused.value)


def test_the_command_prints_the_table_and_compares(tmp_path, capsys):
    file = tmp_path / "riksdag.csv"
    file.write_text(RIKSDAG, encoding="utf-8")
    call_command("shares", file, rounding="plain")
    out = capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ")
    assert "V         518 454   8,00 %" in out
    assert "Varje andel är som den är tryckt." in out
    call_command("shares", file)
    assert "1 andel av 10 är inte som den är tryckt: V." in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("shares", tmp_path / "saknas.csv")


def test_a_county_chooses_how_its_reports_round():
    third = [Count(1)] * 3
    profile = loader.shipped("blekinge")
    assert profile.rounding == "largest_remainder"
    for rounding, wanted in (("largest_remainder", [34, 33, 33]), ("plain", [33, 33, 33])):
        chosen = Rounding(profile.model_copy(update={"rounding": rounding}).rounding)
        assert [cell.value for cell in column(third, 3, chosen)] == wanted
