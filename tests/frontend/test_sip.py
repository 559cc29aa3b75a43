"""The pages of the SIP register: who has counted, by hand, from a file, and one click to a deviation."""

import datetime
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations.models import Deviation, SipCount, SipImport
from deviations.services import sip
from deviations.services.sip import Attended, Entered
from orgs.permissions import grant
from tests.cast import body, person, unit

FILE = "Månad;Målgrupp;Nya;Genomförda möten\n2026-03;Barn och unga;10;12\n"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def march(maria):
    """Karlskrona's March, entered by Maria."""
    return sip.enter_counts(
        Entered(
            principal=unit("blekinge", "karlskrona"), month=datetime.date(2026, 3, 1), target_group="barn_unga",
            new=10, conducted=12, called=13, absent=3, days_to_start=190,
            attendance=(Attended(unit("blekinge", "rb-bup"), 12, 9),),
        ),
        by=maria,
    )  # fmt: skip


@pytest.fixture
def form():
    def of(**changes):
        return {"month": "2026-04", "target_group": "vuxna", "new": "7", "called": "9", "absent": "2", "parties": "3",
                **changes}  # fmt: skip

    return of


def words(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def karlskrona():
    return unit("blekinge", "karlskrona").pk


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_managers_page_has_the_own_municipality_and_what_is_missing(get, maria, march):
    page = words(get(maria, "sip"))
    assert "1 huvudman saknar någon månad." in page
    assert "Karlskrona kommun" in page
    assert "Ronneby kommun" not in page
    assert "Hela länet" not in page


def test_a_coordinators_page_has_everyone_and_the_sums_but_opens_nobodys_numbers(get, bo, march):
    response = get(bo, "sip")
    page = words(response)
    assert "6 huvudmän saknar någon månad." in page
    assert "Hela länet" in page
    assert reverse("sip_month", args=[karlskrona(), 2026, 3]) not in response.content.decode()
    assert get(bo, "sip_month", karlskrona(), 2026, 3).status_code == 404


def test_a_sum_of_fewer_than_three_is_hidden_and_so_is_a_small_one(get, bo, maria, march):
    row = r"Nya planer (.*?) Genomförda"
    assert re.search(row, words(get(bo, "sip"))).group(1).split()[2] == "··"
    for key, new in (("ronneby", 1), ("olofstrom", 2)):
        sip.enter_counts(
            Entered(principal=unit("blekinge", key), month=march.month, target_group="vuxna", new=new), by=bo
        )
    found = words(get(bo, "sip"))
    assert re.search(row, found).group(1).split()[2] == "13"
    assert re.search(r"Därav utan alla kallade (.*?) <5 och ·· är dolda", found).group(1).split()[2] == "<5"


def test_the_year_before_is_one_click_away_and_no_other_years_exist(get, maria, march):
    assert "SIP-registret 2025" in words(get(maria, "sip", ar="2025"))
    for year in ("2027", "1999", "x", "20260"):
        assert get(maria, "sip", ar=year).status_code == 404


def test_members_read_the_register_and_may_not_enter(get, cast):
    member = person("mia", "Mia Member")
    grant(member, "member", body("blekinge", "lsvo"), by=None)
    assert get(member, "sip").status_code == 200
    assert get(member, "sip_enter", karlskrona()).status_code == 403


@pytest.mark.parametrize("who", ["anna", "lena", "ada", "disa"])
def test_the_register_does_not_exist_for_the_others(get, cast, who, march):
    assert get(getattr(cast, who), "sip").status_code == 404
    assert get(getattr(cast, who), "sip_enter", karlskrona()).status_code == 404
    assert get(getattr(cast, who), "sip_month", karlskrona(), 2026, 3).status_code == 404


def test_as_many_questions_for_one_principal_as_for_many(get, bo, maria, march):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            get(bo, "sip")
        return len(queries)

    asked()
    one = asked()
    for key in ("ronneby", "olofstrom", "karlshamn", "solvesborg"):
        for month in range(1, 11):
            sip.enter_counts(
                Entered(principal=unit("blekinge", key), month=datetime.date(2026, month, 1), target_group="vuxna"),
                by=bo,
            )
    assert asked() == one


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_month_is_entered_on_one_page(get, client, maria, form):
    page = get(maria, "sip_enter", karlskrona(), manad="2026-04")
    assert page.context["form"]["month"].value() == "2026-04"
    answer = client.post(
        reverse("sip_enter", args=[karlskrona()]),
        form(party_0="BUP, Region Blekinge", called_0="8", came_0="6", met_goal="3", of_goal="5"),
    )
    assert answer.url == reverse("sip_month", args=[karlskrona(), 2026, 4])
    count = SipCount.objects.get()
    assert (count.new, count.called, count.absent, count.municipality_id) == (7, 9, 2, karlskrona())
    assert sip.values_of(count)["quality"] == {"goal": (3, 5)}
    assert "2 gånger" in words(client.get(answer.url))


def test_what_cannot_be_is_told_at_its_field_and_what_is_typed_stays(get, client, maria, form):
    get(maria, "sip_enter", karlskrona())
    answer = client.post(
        reverse("sip_enter", args=[karlskrona()]), form(absent="10", new="sju", party_1="Ingen sådan", called_2="4")
    )
    assert answer.status_code == 422
    found = answer.context["form"].errors
    assert {name: list(errors) for name, errors in found.items()} == {
        "new": ["Skriv ett helt tal."],
        "party_1": ["Välj en verksamhet ur listan: enhet och huvudman."],
        "party_2": ["Skriv vilken part det gäller."],
    }
    answer = client.post(reverse("sip_enter", args=[karlskrona()]), form(absent="10"))
    assert "Fler möten saknade en kallad part än det fanns möten med kallelse." in words(answer)
    assert 'value="10"' in answer.content.decode()
    assert SipCount.objects.count() == 0


def test_more_parties_are_asked_for_and_what_is_typed_stays(get, client, maria, form):
    get(maria, "sip_enter", karlskrona())
    answer = client.post(reverse("sip_enter", args=[karlskrona()]), form(party_0="BUP, Region Blekinge", more="6"))
    page = answer.content.decode()
    assert page.count('list="parter"') == 6
    assert 'value="BUP, Region Blekinge"' in page
    assert SipCount.objects.count() == 0


def test_a_correction_is_filled_in_with_what_stands(get, client, maria, march, form):
    page = get(maria, "sip_enter", karlskrona(), ratta=march.pk)
    shown = {name: page.context["form"][name].value() for name in ("month", "new", "party_0", "called_0", "came_0")}
    assert shown == {
        "month": "2026-03", "new": 10, "party_0": "BUP, Region Blekinge", "called_0": 12, "came_0": 9,
    }  # fmt: skip
    assert get(maria, "sip_enter", karlskrona(), ratta="x").status_code == 404


def test_nobody_corrects_anothers_row(get, berit, march):
    region = unit("blekinge", "region-blekinge").pk
    assert get(berit, "sip_enter", region, ratta=march.pk).status_code == 404
    assert get(berit, "sip_enter", karlskrona()).status_code == 403


def test_a_coordinator_enters_for_a_municipality_and_comes_back_to_the_register(get, client, bo, form):
    assert "Du för in åt kommunen." in words(get(bo, "sip_enter", karlskrona()))
    answer = client.post(reverse("sip_enter", args=[karlskrona()]), form())
    assert (answer.url, SipCount.objects.get().source) == (reverse("sip"), sip.TOGETHER)


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────
def send(client, text=FILE, name="sip.csv", source="Treserva"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(
        reverse("sip_file", args=[karlskrona()]), {"source": source, "file": SimpleUploadedFile(name, content)}
    )


def hidden_of(page):
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(content|file_name|source)" value="([^"]*)"', page)
    }


def test_a_file_is_looked_over_before_it_is_read(get, client, maria):
    get(maria, "sip_file", karlskrona())
    seen = send(client)
    assert "Filen har 1 rad. 1 ändrar något. Ingenting är inläst än." in words(seen)
    assert SipCount.objects.count() == 0
    answer = client.post(reverse("sip_file", args=[karlskrona()]), hidden_of(seen.content.decode()))
    assert answer.url == reverse("sip")
    assert SipCount.objects.get().new == 10
    assert "Den ändrar ingenting." in words(send(client))


def test_everything_wrong_in_a_file_is_told(get, client, maria):
    get(maria, "sip_file", karlskrona())
    answer = send(client, "Månad;Målgrupp;Nya\n2026-13;barn_unga;x\n2026-04;ingen;3\n")
    assert answer.status_code == 422
    page = words(answer)
    assert "Rad 2, Månad: skriv månaden som 2026-03." in page
    assert "Rad 2, Nya: skriv ett helt tal." in page
    assert "Rad 3, Målgrupp: målgruppen finns inte i länets profil." in page


def test_a_file_that_points_at_a_person_is_neither_kept_nor_shown(get, client, maria):
    get(maria, "sip_file", karlskrona())
    answer = send(client, f"{FILE}2026-04;Barn och unga;19121212-1212;1\n")
    assert answer.status_code == 422
    assert "Rad 3 ser ut att ha ett personnummer" in words(answer)
    assert "1212-1212" not in answer.content.decode()
    assert not hidden_of(answer.content.decode())


def test_what_comes_back_is_judged_anew(get, client, maria):
    get(maria, "sip_file", karlskrona())
    for content in ("inte base64!", "", "PGh0bWw+"):
        answer = client.post(
            reverse("sip_file", args=[karlskrona()]), {"content": content, "file_name": "a.csv", "source": "X"}
        )
        assert answer.status_code == 422
    assert SipImport.objects.count() == 0


def test_a_file_too_large_is_refused(get, client, maria):
    get(maria, "sip_file", karlskrona())
    assert "Filen är för stor: högst 500 kB." in words(send(client, b"1" * 600_000))


def test_the_template_can_be_fetched_in_both_dresses(get, maria):
    for dress, begins in (("csv", b"\xef\xbb\xbfM"), ("xlsx", b"PK")):
        answer = get(maria, f"sip_template_{dress}", karlskrona())
        assert answer.content.startswith(begins)
        assert answer["Content-Disposition"] == f'attachment; filename="sip-mall.{dress}"'


# ── a part that did not come ─────────────────────────────────────────────────────────────────────────────────────────
def test_one_click_makes_a_draft_of_a_party_that_did_not_come(get, client, maria, march):
    get(maria, "sip_month", karlskrona(), 2026, 3)
    answer = client.post(reverse("sip_absence", args=[march.attendance.get().pk]))
    draft = Deviation.objects.get(filed_by=maria)
    assert answer.url == reverse("filing_what", args=[draft.public_id])
    assert (draft.category, draft.receiving_unit.key) == ("sip/called_party_absent", "rb-bup")


def test_nobody_elses_missing_party_is_there(client, bo, berit, anna, march):
    for who in (bo, berit, anna):
        client.force_login(who)
        assert client.post(reverse("sip_absence", args=[march.attendance.get().pk])).status_code == 404
