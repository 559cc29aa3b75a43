"""A version of a profile is activated whole, proved, from a day, and never changes what was filed under another."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from deviations.errors import NotYours
from deviations.models import Deviation
from deviations.services import profiles
from deviations.services.filing import file
from deviations.services.profiles import ProfileRefused, activate, catch_up, catch_up_due, checked, dry_run
from orgs.models import Body, County, ProfileVersion
from orgs.profiles import loader
from orgs.profiles.active import profile_of, version_in_force

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def source(slug="blekinge", **replacements):
    """The county's file, with pieces of it replaced."""
    text = (loader.FOLDER / f"{slug}.yaml").read_text(encoding="utf-8")
    for old, new in replacements.values():
        assert old in text, old
        text = text.replace(old, new)
    return text


SHORTER = {"a": ("answer: {days: 60", "answer: {days: 45")}
GROWN_UP_AT_18 = {"a": ("ages: 0-18", "ages: 0-17"), "b": ("ages: 19-64", "ages: 18-64")}


def test_a_new_version_gets_the_next_number_and_keeps_the_old_one(county_blekinge, ada):
    version = activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada)
    assert (version.number, version.active_from, version.activated_by) == (2, today(), ada)
    assert profile_of(version.pk).limits.answer.days == 45
    assert version.source == source(**SHORTER)
    assert [each.number for each in ProfileVersion.objects.filter(county=county_blekinge)] == [2, 1]


def test_a_deviation_keeps_the_version_it_was_filed_under(county_blekinge, ada, filed):
    activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada)
    assert Deviation.objects.get(pk=filed.pk).profile_version.number == 1


def test_what_is_filed_afterwards_follows_the_new_version(county_blekinge, ada, anna, filing):
    activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada)
    deviation = file(filing(), by=anna)
    assert deviation.profile_version.number == 2
    assert deviation.answer_due_on == today() + timedelta(days=45)


def test_a_version_for_a_later_day_waits_but_its_new_bodies_are_there(county_blekinge, ada):
    tomorrow = today() + timedelta(days=1)
    text = source(a=("name: Regionchefsgruppen", "name: Regionledningen"), b=("id: psvo", "id: politiska_radet"))
    activate(county_blekinge, text, from_date=tomorrow, by=ada)
    assert version_in_force(county_blekinge, today()).number == 1
    assert version_in_force(county_blekinge, tomorrow).number == 2
    assert Body.objects.filter(county=county_blekinge, key="politiska_radet").exists()
    assert Body.objects.get(county=county_blekinge, key="regionchefsgruppen").name == "Regionchefsgruppen"


def test_when_the_day_has_come_the_rows_follow(county_blekinge, ada, time_machine):
    text = source(a=("name: Regionchefsgruppen", "name: Regionledningen"))
    tomorrow = today() + timedelta(days=1)
    activate(county_blekinge, text, from_date=tomorrow, by=ada)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert catch_up(county_blekinge)
    assert Body.objects.get(county=county_blekinge, key="regionchefsgruppen").name == "Regionledningen"
    assert not catch_up(county_blekinge)


def test_a_worker_lets_a_version_take_hold_on_its_day_and_looks_once_otherwise(
    county_blekinge, ada, time_machine, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(profiles, "_in_step", set())
    catch_up_due()
    text = source(a=("name: Regionchefsgruppen", "name: Regionledningen"))
    activate(county_blekinge, text, from_date=today() + timedelta(days=1), by=ada)
    with django_assert_num_queries(1):
        assert catch_up_due() == 0
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert catch_up_due() == 1
    assert Body.objects.get(county=county_blekinge, key="regionchefsgruppen").name == "Regionledningen"
    with django_assert_num_queries(1):
        assert catch_up_due() == 0


def test_the_same_document_from_the_same_day_is_stored_once(county_blekinge, ada):
    first = activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada)
    assert activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada) == first


def test_a_profile_whose_rules_leave_a_hole_is_refused_with_the_example_and_nothing_is_stored(county_blekinge, ada):
    text = source(a=("when: {target_group: [aldre]}", "when: {target_group: [aldre], category: [sip]}"))
    before = ProfileVersion.objects.count()
    with pytest.raises(ProfileRefused) as refused:
        activate(county_blekinge, text, from_date=today(), by=ada)
    plain, transition = refused.value.faults
    assert plain.startswith("Ingen regel tar emot: 65 år, Remiss, från region till region.")
    assert transition.startswith("Ingen regel tar emot: 65 år, Övergång: från barn till vuxen, från region till")
    assert ProfileVersion.objects.count() == before


def test_every_fault_of_the_document_is_said(county_blekinge, ada):
    with pytest.raises(ProfileRefused) as refused:
        activate(county_blekinge, source(a=("may_decide: true", "may_decide: ibland")), from_date=today(), by=ada)
    assert len(refused.value.faults) == source().count("may_decide: true")
    assert all("ska vara true eller false" in fault for fault in refused.value.faults)


@pytest.mark.parametrize("who", ["anna", "bo", "lena", "cecilia", "disa"])
def test_only_the_countys_administrator_activates_and_tries(cast, county_blekinge, who):
    with pytest.raises(NotYours):
        activate(county_blekinge, source(**SHORTER), from_date=today(), by=getattr(cast, who))
    with pytest.raises(NotYours):
        dry_run(county_blekinge, loader.shipped("blekinge"), by=getattr(cast, who))


def test_an_administrator_has_no_say_in_another_county(county_varmland, ada):
    with pytest.raises(NotYours):
        activate(county_varmland, source("varmland"), from_date=today(), by=ada)


def test_another_countys_file_is_refused(county_blekinge, ada):
    with pytest.raises(ProfileRefused, match="Filen gäller Värmlands län, inte Blekinge län"):
        activate(county_blekinge, source("varmland"), from_date=today(), by=ada)


def test_a_new_county_needs_no_code_but_the_system_itself(cast, ada):
    with pytest.raises(NotYours):
        activate(None, source("jamtland-harjedalen"), from_date=today(), by=ada)
    version = activate(None, source("jamtland-harjedalen"), from_date=today(), by=None)
    assert (version.number, version.county.slug) == (1, "jamtland-harjedalen")
    assert Body.objects.filter(county=version.county, key="samreko").exists()


def test_a_version_cannot_begin_before_the_one_in_force(county_blekinge, ada):
    activate(county_blekinge, source(**SHORTER), from_date=today(), by=ada)
    with pytest.raises(ProfileRefused, match="kan inte börja gälla tidigare"):
        activate(county_blekinge, source(), from_date=today() - timedelta(days=1), by=ada)


def test_a_body_with_deviations_under_way_cannot_be_taken_away(county_blekinge, ada, filed):
    text = source().replace("sg_barn_unga", "sg_ny_grupp")
    with pytest.raises(ProfileRefused, match="organet ansvarar för 1 pågående avvikelser"):
        activate(county_blekinge, text, from_date=today(), by=ada)


def test_a_unit_cannot_change_principal_under_its_id(county_blekinge, ada):
    text = source(a=("id: pvk-mottagning", "id: pvk-ny"), b=("id: rb-um", "id: pvk-mottagning"))
    with pytest.raises(ProfileRefused, match="kan inte byta huvudman"):
        activate(county_blekinge, text, from_date=today(), by=ada)


@pytest.fixture
def eighteen(anna, filing):
    """Filed about a person of 18, who goes to Barn och unga today."""
    return file(filing(age=18), by=anna)


def test_a_dry_run_tells_who_would_move_and_why(county_blekinge, ada, filed, eighteen):
    profile, _ = checked(source(**GROWN_UP_AT_18))
    result = dry_run(county_blekinge, profile, by=ada)
    assert (result.seen, result.stay, result.moved) == (2, 1, 1)
    [move] = result.moves
    assert (move.reference, move.age, move.before, move.after) == (
        eighteen.reference,
        18,
        "Samverkansgrupp Barn och unga",
        "Samverkansgrupp Vuxna",
    )
    assert move.why == "Personen är 18 år, och gruppen bereder avvikelser för vuxna 18–64 år i Blekinge län."
    eighteen.refresh_from_db()
    assert eighteen.accountable_body.key == "sg_barn_unga"


def test_a_dry_run_of_the_same_profile_moves_nobody(county_blekinge, ada, filed, eighteen):
    result = dry_run(county_blekinge, loader.shipped("blekinge"), by=ada)
    assert (result.seen, result.moved, result.unroutable) == (2, 0, {})


def test_a_dry_run_tells_what_the_profile_no_longer_knows(county_blekinge, ada, filed):
    profile = loader.shipped("blekinge")
    without = profile.model_copy(
        update={"categories": tuple(each for each in profile.categories if each.code != "sip/called_party_absent")}
    )
    result = dry_run(county_blekinge, without, by=ada)
    assert list(result.unroutable.values()) == [1]
    assert (result.moved, result.stay) == (0, 0)


def test_a_dry_run_reads_the_past_with_the_same_number_of_statements_for_one_and_for_many(
    county_blekinge, ada, anna, filing, django_assert_max_num_queries
):
    profile = loader.shipped("blekinge")
    for age in range(1, 12):
        file(filing(age=age), by=anna)
    with django_assert_max_num_queries(4):
        dry_run(county_blekinge, profile, by=ada)


def test_a_dry_run_sees_other_counties_not_at_all(county_varmland, filed):
    assert dry_run(county_varmland, loader.shipped("varmland"), by=None).seen == 0


# ── manage.py profile ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def written(tmp_path):
    def write(text, name="lan.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(capsys, *arguments):
    capsys.readouterr()
    call_command("profile", *arguments)
    return capsys.readouterr().out


def test_check_says_that_the_routing_is_proved(capsys, written, cast):
    out = run(capsys, "check", written(source()))
    assert "Blekinge län: hela filen är giltig. Vägvalen är bevisade: 175\u00a0000 fall, inga hål" in out


def test_check_fails_with_every_fault_and_its_line(written, cast):
    with pytest.raises(CommandError) as failed:
        call_command("profile", "check", written(source(a=("default_body: lsvo", "default_body: ingen"))))
    assert "default_body: organet ingen finns inte" in str(failed.value)
    assert "rad " in str(failed.value)


def test_check_shows_a_deviation_that_a_shifted_age_limit_leaves_without_a_body(written, cast):
    with pytest.raises(CommandError) as failed:
        call_command("profile", "check", written(source(a=("ages: 0-18", "ages: 0-17"))))
    assert "åldern 18 år hör inte till någon målgrupp" in str(failed.value)
    assert "Ingen målgrupp har åldern 18 år, så ingen regel tar emot: 18 år, SIP, från region" in str(failed.value)


def test_diff_shows_what_differs_and_counts_the_rest(capsys, written, cast):
    out = run(
        capsys, "diff", "blekinge", written(source(**GROWN_UP_AT_18, c=("answer: {days: 60", "answer: {days: 45")))
    )
    assert "~ Målgrupp Barn och unga, ålder: 0-18 → 0-17  [target_groups/barn_unga/ages]" in out
    assert "~ Tidsgräns, svar till den som anmält, dagar: 60 → 45  [limits/answer/days]" in out
    assert "3 skillnader. Oförändrat: Huvudman 9, Målgrupp 1, Organ 8" in out.replace("\n", " ")
    assert "Ingen skillnad." in run(capsys, "diff", "blekinge", written(source()))


def test_diff_shows_a_new_body_and_a_removed_unit(capsys, written, cast):
    text = source(a=("id: psvo", "id: politiska_radet"))
    out = run(capsys, "diff", "blekinge", written(text))
    assert "- Organ: Politisk samverkan för Vård och Omsorg  [bodies/psvo]" in out
    assert "+ Organ: Politisk samverkan för Vård och Omsorg  [bodies/politiska_radet]" in out


def test_dry_run_shows_who_moves(capsys, written, cast, eighteen):
    out = run(capsys, "dry-run", written(source(**GROWN_UP_AT_18)))
    assert "1 avvikelser: 0 når samma organ som förut, 1 byter." in out
    assert "Samverkansgrupp Barn och unga → Samverkansgrupp Vuxna" in out


def test_activate_and_export_give_back_the_same_profile(capsys, written, county_blekinge):
    path = written(source(**SHORTER))
    out = run(capsys, "activate", path, "--from", today().isoformat())
    assert f"Version 2 för Blekinge län gäller från {today().isoformat()}." in out
    exported = run(capsys, "export", "blekinge")
    assert loader.load(exported) == loader.load(source(**SHORTER))
    first = run(capsys, "export", "blekinge", "--version", "1")
    assert loader.load(first) == loader.shipped("blekinge")
    with pytest.raises(CommandError, match="har ingen version 9"):
        call_command("profile", "export", "blekinge", "--version", "9")


def test_a_day_that_is_no_day_is_refused_in_swedish(written, cast):
    with pytest.raises(CommandError, match="--from ska vara en dag som 2026-01-01, inte igår"):
        call_command("profile", "activate", written(source()), "--from", "igår")


def test_a_county_that_is_only_shipped_can_be_exported_too(capsys, cast):
    assert not County.objects.filter(slug="jamtland-harjedalen").exists()
    assert loader.load(run(capsys, "export", "jamtland-harjedalen")) == loader.shipped("jamtland-harjedalen")


def test_an_unknown_name_is_neither_file_nor_county(cast):
    with pytest.raises(CommandError, match="varken en fil eller ett läns kortnamn"):
        call_command("profile", "export", "skane")


def test_route_uses_the_version_in_force(capsys, tmp_path, written, cast, county_blekinge):
    activate(county_blekinge, source(**SHORTER), from_date=today(), by=None)
    situations = tmp_path / "lagen.yaml"
    situations.write_text(
        "cases: [{county: blekinge, occurred: 2022-03-14, reporting: [Karlskrona kommun, Elevhälsan], age: 14, "
        "receiving: [Region Blekinge, BUP], category: SIP, happened: Mötet blev inte av.}]",
        encoding="utf-8",
    )
    capsys.readouterr()
    call_command("route", str(situations))
    assert "svar inom 45 dagar" in capsys.readouterr().out
