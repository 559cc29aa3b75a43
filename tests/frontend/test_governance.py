"""The pages of a body's own work and of the registers, as people reach them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations.models import ActionPlan, Activity, Deviation, Duty
from deviations.services import bodies, duties, handling, planning, receivers, registers
from deviations.services.filing import file
from orgs.models import Acknowledgement, Agreement, Body, ContactRoute, FailedContact
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import text

YEAR = timezone.localdate().year
GROUP = ("blekinge", "sg_barn_unga")


@pytest.fixture
def post(client):
    def of(who, view, /, *args, **given):
        client.force_login(who)
        return client.post(reverse(view, args=args), given)

    return of


@pytest.fixture
def lars(cast):
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


@pytest.fixture
def plan(bo):
    made = planning.start_plan(body(*GROUP), title="Handlingsplan för barn och unga", from_year=YEAR, by=bo)
    planning.write_activity(made, title="SIP-utbildning", due_on=datetime.date(YEAR, 1, 2), by=bo)
    return planning.adopt_plan(made, by=bo)


# ── a body ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_bodys_page_says_what_it_is_for_what_it_lacks_and_what_lies_there(get, bo, filed, plan):
    page = text(get(bo, "body", *GROUP))
    for words in (
        "Bereda avvikelser",
        "8–10 per år",
        "Inget möte är hållet än",
        "Öppna avvikelser</dt><dd>1",
        "Samordnare</dt><dd>1",
        plan.title,
    ):
        assert words in page
    assert "Bo Berg" not in page


def test_those_above_see_it_with_what_is_late_but_not_who_holds_roles(get, lars, county_blekinge):
    duties.make_duties(county_blekinge, YEAR)
    Duty.objects.filter(body__key="sg_barn_unga", kind="report").update(
        due_on=timezone.localdate() - datetime.timedelta(3)
    )
    assert "1 försenad uppgift" in text(get(lars, "body", "blekinge", "lsvo"))
    page = text(get(lars, "body", *GROUP))
    assert "3 dagar sen" in page
    assert "Roller i organet" not in page


def test_the_list_of_bodies_costs_the_same_for_one_and_for_many(get, ada, county_blekinge):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert get(ada, "bodies").status_code == 200
        return len(captured)

    cost()
    before = cost()
    Body.objects.bulk_create(Body(county=county_blekinge, key=f"nytt_{n}", name=f"Nytt {n}") for n in range(30))
    assert cost() == before


def test_a_body_rests_and_works_again_from_its_page(get, post, ada, bo):
    assert get(bo, "rest", *GROUP).status_code == 403
    assert post(ada, "rest", *GROUP, reason="").status_code == 422
    assert post(ada, "rest", *GROUP, reason="Samordnaren har slutat.").status_code == 302
    assert "Organet vilar sedan" in text(get(bo, "body", *GROUP))
    assert post(ada, "rest", *GROUP, reason="En ny är här.").status_code == 302
    assert body(*GROUP).dormant_since is None


def test_the_stand_in_is_told_to_the_reporter_and_taken_back_by_the_body(get, post, cast, lars, filing):
    filed = file(filing(age=40), by=cast.anna)
    sentence = (
        "Samverkansgrupp Vuxna saknar samordnare just nu. Ledningssamverkan Vård och Omsorg tar emot tills vidare."
    )
    assert sentence in text(get(cast.anna, "deviation", filed.public_id))
    handling.receive(filed, by=lars)
    assert "Ta över" not in text(get(lars, "deviation", filed.public_id))
    vera = person("vera", "Vera Vik")
    grant(vera, "coordinator", body("blekinge", "sg_vuxna"), by=None)
    assert post(lars, "take_back", filed.public_id).status_code == 403
    assert "Ta över" in text(get(vera, "deviation", filed.public_id))
    assert post(vera, "take_back", filed.public_id).status_code == 302
    assert post(vera, "take_back", filed.public_id).status_code == 409
    assert sentence not in text(get(cast.anna, "deviation", filed.public_id)).split("Allt som har hänt")[0]


def test_bodies_that_do_not_work_stand_among_what_is_stuck(get, cast, lars, filing):
    file(filing(age=40), by=cast.anna)
    for user in (cast.ada, lars):
        page = text(get(user, "stuck"))
        assert "Saknar samordnare just nu" in page
        assert "1 öppen avvikelse" in page
    assert bodies.idle_with_open(cast.bo) == []
    assert receivers.attend_to_stand_ins() == 0


# ── the yearly wheel ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_wheel_shows_twelve_months_and_what_is_done_with_its_evidence(get, post, bo, county_blekinge):
    duties.make_duties(county_blekinge, YEAR)
    duty = Duty.objects.get(body__key="sg_barn_unga", kind="report")
    page = text(get(bo, "wheel", *GROUP))
    for words in ("Januari", "December", "Årsrapport för", "Markera som klar"):
        assert words in page
    assert post(bo, "finish_duty", duty.pk, evidence="").status_code == 422
    assert post(bo, "finish_duty", duty.pk, evidence="Dnr 2026/17").status_code == 302
    assert "Dnr 2026/17" in text(get(bo, "wheel", *GROUP))


@pytest.mark.parametrize(("year", "status"), [(str(YEAR - 1), 200), ("1", 404), ("årets", 404), ("9999", 404)])
def test_the_year_is_in_the_address(get, bo, year, status):
    assert get(bo, "wheel", *GROUP, ar=year).status_code == status


def test_the_body_adds_what_is_its_own(get, post, bo, lars):
    assert post(bo, "wheel", *GROUP, title="Temadag", due_on=f"{YEAR}-09-15").status_code == 302
    assert "Temadag" in text(get(bo, "wheel", *GROUP))
    assert post(bo, "wheel", *GROUP, title="", due_on="").status_code == 422
    assert post(lars, "wheel", *GROUP, title="Temadag", due_on=f"{YEAR}-09-15").status_code == 403


def test_what_is_late_is_told_at_home(get, bo, county_blekinge):
    assert "Försenat i årshjulet" not in text(get(bo, "home"))
    duties.make_duties(county_blekinge, YEAR)
    Duty.objects.filter(body__key="sg_barn_unga").update(due_on=timezone.localdate() - datetime.timedelta(1))
    assert "Försenat i årshjulet" in text(get(bo, "home"))


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_plan_is_written_adopted_revised_and_reported_back_by_its_pages_alone(get, post, bo, lars):
    assert post(bo, "start_plan", *GROUP, title="Vår plan", from_year=YEAR).status_code == 302
    plan = ActionPlan.objects.get()
    assert "Anta planen" not in text(get(bo, "plan", plan.pk))
    due = f"{YEAR + 1}-06-01"
    assert post(bo, "add_activity", plan.pk, title="", due_on=due).status_code == 422
    assert post(bo, "add_activity", plan.pk, title="SIP-utbildning", due_on=due).status_code == 302
    assert post(bo, "adopt_plan", plan.pk).status_code == 302
    assert post(bo, "adopt_plan", plan.pk).status_code == 409
    activity = Activity.objects.get()
    assert post(bo, "change_activity", activity.pk, title="Två dagar SIP", due_on=due).status_code == 422
    assert (
        post(bo, "change_activity", activity.pk, title="Två dagar SIP", due_on=due, reason="Fler vill.").status_code
        == 302
    )
    assert post(bo, "report_activity", activity.pk, status="started", progress="40 av 120.").status_code == 302
    assert post(bo, "report_plan", plan.pk, text="Vi är på väg.").status_code == 302
    page = text(get(lars, "plan", plan.pk))
    for words in ("Två dagar SIP", "40 av 120.", "revidering 2", "Vi är på väg."):
        assert words in page
    assert "Rapportera läget" not in page
    assert "återrapporterade Vår plan" in text(get(lars, "body", "blekinge", "lsvo"))
    assert post(bo, "end_plan", plan.pk).status_code == 302


def test_the_forms_are_shown_as_they_are(get, bo, plan):
    activity = plan.activities.get()
    for name, args in (
        ("start_plan", GROUP), ("add_activity", [plan.pk]), ("change_activity", [activity.pk]),
        ("report_activity", [activity.pk]), ("report_plan", [plan.pk]),
    ):  # fmt: skip
        assert get(bo, name, *args).status_code == 200


# ── registers ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_registers_show_what_has_run_out_and_what_still_rests_on_it(get, anna, bo, ada, filed):
    assert "1 avvikelse vilar på den efter sista dagen" in text(get(bo, "registers"))
    assert "Få avvikelser vilar på den efter sista dagen" in text(get(ada, "registers"))
    page = text(get(anna, "registers"))
    assert "Har gått ut" in page
    assert "vilar på den" not in page


def test_a_manager_answers_for_the_unit_and_the_body_sees_how_many_have(get, post, maria, bo, anna):
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    assert "överenskommelser att svara om" in text(get(maria, "registers"))
    assert get(maria, "acknowledge", "lansavtal", elevhalsan.pk).status_code == 200
    assert post(maria, "acknowledge", "lansavtal", elevhalsan.pk, known="on", comment="").status_code == 422
    answer = {"known": "on", "accepted": "on", "applied": "on", "comment": ""}
    assert post(maria, "acknowledge", "lansavtal", elevhalsan.pk, **answer).status_code == 302
    assert Acknowledgement.objects.count() == 1
    assert "Känd, accepterad och tillämpad." in text(get(maria, "agreement", "lansavtal"))
    assert "Karlskrona kommun" in text(get(bo, "agreement", "lansavtal")).split("Är den känd")[-1]
    assert "Är den känd" not in text(get(anna, "agreement", "lansavtal"))


@pytest.fixture
def route(maria):
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    return registers.write_route(elevhalsan, name="Elevhälsans telefon", hours="Vardagar 8–9", by=maria)


def test_one_click_notes_that_nobody_answered(get, post, berit, bo, maria, route):
    assert post(berit, "nobody_answered", route.pk).status_code == 302
    assert FailedContact.objects.get().tried_by_unit.key == "rb-bup"
    assert "1 gång det senaste året" in text(get(bo, "routes"))
    assert "1 gång det senaste året" in text(get(maria, "routes"))
    assert "det senaste året" not in text(get(berit, "routes"))
    assert post(bo, "nobody_answered", route.pk).status_code == 403


def test_it_becomes_a_draft_with_the_kind_and_the_unit_filled_in(post, berit, route):
    response = post(berit, "file_about_route", route.pk)
    draft = Deviation.objects.get()
    assert response["Location"] == reverse("filing_what", args=[draft.public_id])
    assert (draft.category, draft.receiving_unit, draft.reporting_unit.key) == (
        "contact/phone_line", route.organisation, "rb-bup",
    )  # fmt: skip


def test_the_manager_writes_changes_and_ends_a_route(get, post, maria, anna):
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    assert get(anna, "add_route").status_code == 403
    assert get(maria, "add_route").status_code == 200
    assert post(maria, "add_route", unit=elevhalsan.pk, name="").status_code == 422
    assert (
        post(maria, "add_route", unit=elevhalsan.pk, name="Telefon", hours="8–9", phone="0455-30 30 00").status_code
        == 302
    )
    [route] = ContactRoute.objects.filter(ended_at=None, from_profile=False)
    assert "0455-30 30 00" in text(get(anna, "routes"))
    assert get(anna, "change_route", route.pk).status_code == 403
    assert post(maria, "change_route", route.pk, name="Telefon", hours="9–10").status_code == 302
    [route] = ContactRoute.objects.filter(ended_at=None, from_profile=False)
    assert route.hours == "9–10"
    assert post(maria, "end_route", route.pk).status_code == 302
    assert "Ingen kontaktväg är inlagd än" in text(get(anna, "routes"))


def test_the_list_of_routes_costs_the_same_for_one_and_for_thirty(get, anna, route):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert get(anna, "routes").status_code == 200
        return len(captured)

    cost()
    before = cost()
    ContactRoute.objects.bulk_create(ContactRoute(organisation=route.organisation, name=f"Väg {n}") for n in range(30))
    assert cost() == before


def test_another_countys_registers_are_not_found(get, cecilia, route, county_varmland):
    assert get(cecilia, "agreement", "lansavtal").status_code == 404
    assert get(cecilia, "change_route", route.pk).status_code == 404
    assert Agreement.objects.filter(county=county_varmland, key="samv_rutin").exists()
    assert get(cecilia, "agreement", "samv_rutin").status_code == 200


def test_the_steering_inbox_says_which_bodies_need_them(get, cast, lars, filing, county_blekinge):
    assert "Organ som behöver er" not in text(get(lars, "steering"))
    file(filing(age=40), by=cast.anna)
    duties.make_duties(county_blekinge, YEAR)
    Duty.objects.filter(body__key="sg_vuxna", kind="report").update(
        due_on=timezone.localdate() - datetime.timedelta(days=1)
    )
    page = text(get(lars, "steering")).split("Organ som behöver er")[1]
    assert "Samverkansgrupp Vuxna" in page
    assert "1 öppen avvikelse" in page
