"""The register of audits: the three audits as shipped, its own checks, answers, statuses and ties."""

import datetime

import pytest

from deviations.audits import document
from deviations.audits.checks import Audited, Claim, Judged, Recommended, findings
from deviations.audits.loading import load_audits
from deviations.diary import verify
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Audit, DiaryEntry, Recommendation, RecommendationReply, RecommendationStatus
from deviations.services import audits, process
from orgs.permissions import grant
from orgs.profiles import loader
from tests.cast import body, load_county, person, unit

TODAY = datetime.date(2026, 3, 1)


@pytest.fixture
def lars(cast):
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


@pytest.fixture
def blekinge(county_blekinge):
    [audit] = load_audits(county_blekinge)
    return audit


@pytest.fixture
def second(blekinge):
    return blekinge.recommendations.get(number="2")


def found_in(audit):
    return audits.findings_of(audit, audit.recommendations.prefetch_related("replies", "statuses").order_by("pk"))


# ── the shipped audits ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("county", "number"), [("varmland", 14), ("blekinge", 3), ("jamtland-harjedalen", 8)])
def test_each_county_has_its_audit(county, number):
    [audit] = document.shipped(county)
    assert len(audit.recommendations) == number


@pytest.mark.parametrize("county", ["varmland", "blekinge", "jamtland-harjedalen"])
def test_what_an_audit_points_at_is_in_the_countys_profile(county):
    profile = loader.shipped(county)
    codes = {category.code for category in profile.categories}
    indicators = {indicator.id for indicator in profile.indicators}
    principals = {principal.id for principal in profile.principals}
    for audit in document.shipped(county):
        for each in audit.recommendations:
            assert set(each.categories) <= codes
            assert set(each.measures) <= indicators
            assert {reply.principal for reply in each.replies} <= principals


def test_where_the_wording_is_not_known_nothing_is_made_up():
    for county in ("varmland", "blekinge", "jamtland-harjedalen"):
        for audit in document.shipped(county):
            for each in audit.recommendations:
                assert each.wording != "quoted"
                assert (each.wording == "unknown") == each.text.startswith("Texten finns i revisionsrapporten.")
                assert each.source


def test_the_inconsistencies_of_varmland_are_found_and_no_others(county_varmland):
    [audit] = load_audits(county_varmland)
    assert [(each.code, each.number, each.words) for each in found_in(audit)] == [
        ("count", "", "§1 säger 16 rekommendationer, men 14 är uppräknade."),
        ("contradiction", "2021:2", "§3.3.2 säger ”kvarstår” men bilaga 3 säger ”kvarstår delvis”."),
        ("contradiction", "2021:4", "§3.6.4 säger ”kvarstår delvis” men bilaga 3 säger ”kvarstår”."),
    ]


def test_the_audit_of_blekinge_agrees_with_itself(blekinge):
    assert found_in(blekinge) == []


def test_the_audit_of_jamtland_agrees_with_itself(cast):
    [audit] = load_audits(load_county("jamtland-harjedalen"))
    assert found_in(audit) == []
    assert set(audit.recommendations.values_list("reply_due_on", flat=True)) == {datetime.date(2021, 11, 30)}


def test_loading_again_changes_nothing_and_keeps_what_people_wrote(county_varmland, cast):
    load_audits(county_varmland)
    first = Recommendation.objects.get(number="2021:2")
    grant(cast.cecilia, "coordinator", body("varmland", "beredningsgrupp"), by=None)
    audits.set_status(first, status="done", evidence="Rapport 2025/7.", by=cast.cecilia)
    audits.link(first, categories=["sip"], by=cast.cecilia)
    counted = [table.objects.count() for table in (Audit, Recommendation, RecommendationReply, RecommendationStatus)]
    load_audits(county_varmland)
    assert [t.objects.count() for t in (Audit, Recommendation, RecommendationReply, RecommendationStatus)] == counted
    first = Recommendation.objects.get(number="2021:2")
    assert audits.status_now(first).status == "done"
    assert first.categories == ["sip"]


def test_a_recommendation_is_tied_to_the_countys_measures(county_varmland):
    load_audits(county_varmland)
    tied = Recommendation.objects.get(number="2021:1").measures.values_list("key", flat=True)
    assert set(tied) == {"bup_forsta_bedomning", "bup_utredning", "bup_behandling", "fl_besok"}


# ── the checks ───────────────────────────────────────────────────────────────────────────────────────────────────────
def codes(*recommendations, claims=()):
    return [each.code for each in findings(Audited(tuple(claims), recommendations), today=TODAY)]


def said(number, *statuses, year=None):
    return Recommended(number, first_given_year=year, said=tuple((f"§{n}", s) for n, s in enumerate(statuses)))


def test_a_consistent_audit_has_no_findings():
    claims = (Claim("§1", "total", 3), Claim("bilaga", 2021, 2), Claim("§1", "remaining", 2))
    given = (said("1", "done", year=2021), said("2", "partly", "partly", year=2021), said("3", "remains", year=2020))
    assert codes(*given, claims=claims) == []


def test_a_number_claimed_is_held_against_what_is_listed():
    assert codes(said("1"), said("2"), claims=[Claim("§1", "total", 3)]) == ["count"]
    assert codes(said("1", year=2020), claims=[Claim("§1", 2021, 1)]) == ["count"]


def test_how_many_remain_is_held_against_what_is_said_of_each():
    listed = (said("1", "done"), said("2", "remains"))
    assert codes(*listed, claims=[Claim("§1", "remaining", 1)]) == []
    assert codes(*listed, claims=[Claim("§1", "remaining", 2)]) == ["remaining"]


def test_what_is_not_known_could_remain_or_not():
    listed = (said("1", "remains"), said("2"), said("3"))
    assert [codes(*listed, claims=[Claim("§1", "remaining", n)]) for n in range(5)] == [
        ["remaining"], [], [], [], ["remaining"],
    ]  # fmt: skip


def test_two_places_that_say_different_things_are_found():
    assert codes(said("1", "remains", "partly")) == ["contradiction"]
    assert codes(said("1", "remains", "remains")) == []


def test_a_board_that_has_not_answered_is_found_and_one_that_is_late_is_said_to_be():
    day = datetime.date(2021, 11, 30)
    waiting = (("Regionstyrelsen", False), ("Nämnden", True))
    assert codes(Recommended("1", replies=waiting)) == ["unanswered"]
    assert codes(Recommended("1", replies=waiting, reply_due_on=day)) == ["overdue"]
    assert codes(Recommended("1", replies=waiting, reply_due_on=TODAY)) == ["unanswered"]


def test_done_needs_evidence_and_an_evaluation():
    assert codes(Recommended("1", judged=(Judged("done"),))) == ["no_evidence", "no_evaluation"]
    assert codes(Recommended("1", judged=(Judged("done", "Dnr 7"),))) == ["no_evaluation"]
    assert codes(Recommended("1", judged=(Judged("done", "Dnr 7", "Mätt efter ett år"),))) == []
    assert codes(Recommended("1", judged=(Judged("done"), Judged("partly")))) == []


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_several_boards_answer_one_recommendation_each_for_itself(second, lars):
    region = audits.add_addressee(
        second, addressee="Regionstyrelsen", principal=unit("blekinge", "region-blekinge"), by=lars
    )
    audits.add_addressee(second, addressee="Socialnämnden i Karlskrona", by=lars)
    audits.record_reply(region, reply="Avtalet har gått ut till alla chefer.", evidence="Dnr 2022/5", by=lars)
    assert [each.code for each in found_in(second.audit)] == ["unanswered"]
    assert list(DiaryEntry.objects.values_list("step", flat=True)) == ["add_addressee", "add_addressee", "record_reply"]
    assert verify(body("blekinge", "lsvo")) is None


def test_statuses_are_added_and_never_changed(second, lars):
    audits.set_status(second, status="remains", evidence="Enkät: 40 % känner till avtalet.", by=lars)
    audits.set_status(second, status="partly", evidence="Enkät: 70 %.", by=lars)
    assert list(second.statuses.values_list("status", flat=True)) == ["remains", "partly"]
    assert audits.status_now(second).status == "partly"


def test_a_status_needs_evidence(second, lars):
    with pytest.raises(Invalid) as refused:
        audits.set_status(second, status="done", evidence=" ", by=lars)
    assert list(refused.value.fields) == ["evidence"]
    assert not second.statuses.exists()


def test_a_status_is_not_written_before_an_earlier_one(second, lars):
    audits.set_status(second, status="partly", evidence="Dnr 1", by=lars)
    with pytest.raises(WrongState):
        audits.set_status(second, status="done", evidence="Dnr 2", judged_on=datetime.date(2020, 1, 1), by=lars)


def test_done_without_evaluation_is_said_beside_it(second, lars):
    audits.set_status(second, status="done", evidence="Dnr 7", by=lars)
    assert [each.words for each in found_in(second.audit)] == ["Står som åtgärdad utan att effekten är utvärderad."]


def test_identity_is_stopped(second, lars):
    with pytest.raises(Invalid):
        audits.set_status(second, status="done", evidence="Fråga 19121212-1212.", by=lars)


def test_only_those_who_handle_in_a_steering_body_write(second, cast):
    """Bo handles in a group that steers nobody, Lena reads, Cecilia is elsewhere."""
    for who in (cast.bo, cast.lena, cast.cecilia, cast.disa, cast.ada):
        with pytest.raises(NotYours):
            audits.set_status(second, status="done", evidence="Dnr 7", by=who)


def test_it_is_tied_to_measures_activities_and_categories(second, lars):
    measure = process.readable_measures(lars).first()
    audits.link(second, measures=[measure], categories=["agreement/unknown"], by=lars)
    assert (list(second.measures.all()), Recommendation.objects.get(pk=second.pk).categories) == (
        [measure], ["agreement/unknown"],
    )  # fmt: skip
    with pytest.raises(Invalid):
        audits.link(second, categories=["finns/inte"], by=lars)


def test_everyone_who_reads_in_the_county_reads_the_register(blekinge, cast):
    reads = {name for name, user in vars(cast).items() if audits.readable_recommendations(user).exists()}
    assert reads == {"maria", "bo", "berit", "lena"}


def test_a_board_reads_the_register(blekinge, cast):
    karin = person("karin", "Karin Karlsson")
    grant(karin, "board_reader", unit("blekinge", "karlskrona"), by=None)
    assert audits.readable_recommendations(karin).count() == 3
    assert not audits.may_follow_up(karin, blekinge.county)
