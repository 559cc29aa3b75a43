"""The steering body's inbox and answers, working groups, the principals' answers, and all measures: as pages."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import Adoption, Escalation, WorkingGroup
from deviations.services import adopting, deciding, escalating, working_groups
from frontend.dates import day
from orgs.models import Organisation
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.steering import holder, now, received
from tests.frontend.pages import text

WHY = "Samma sak händer i hela länet."


@pytest.fixture
def lars(cast):
    return holder("lars", "coordinator", body("blekinge", "lsvo"))


@pytest.fixture
def kent(cast):
    """Answers for Karlskrona kommun as a whole."""
    return holder("kent", "unit_manager", unit("blekinge", "1080-elevhalsan").principal)


@pytest.fixture
def escalation(cast, filing):
    two = [received(filing, cast) for _each in range(2)]
    return escalating.escalate_several(two, title="BUP kommer inte till SIP", summary=WHY, by=cast.bo)


@pytest.fixture
def post(client):
    def send(who, view, *args, query="", **given):
        client.force_login(who)
        return client.post(reverse(view, args=args) + query, given)

    return send


def in_days(days):
    return clock.today() + datetime.timedelta(days=days)


# ── the inbox ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_inbox_says_what_waits_for_whom_and_how_many(get, lars, bo, escalation):
    html = text(get(lars, "steering"))
    assert "BUP kommer inte till SIP" in html
    assert "Från Samverkansgrupp Barn och unga" in html
    assert "2 avvikelser" in html
    assert "om 60 dagar" in html.lower()
    sent = text(get(bo, "steering"))
    assert "Inget väntar på ert svar" in sent
    assert "Ni har lyft" in sent
    assert f"Till {escalation.to_body.name}" in sent


@pytest.mark.parametrize("who", ["anna", "berit", "lena", "disa", "ada"])
def test_nobody_without_a_body_has_an_inbox(who, get, cast, escalation):
    assert get(getattr(cast, who), "steering").status_code == 404
    assert get(getattr(cast, who), "escalation", escalation.public_id).status_code == 404


def test_another_countys_coordinator_sees_an_empty_inbox(get, cecilia, escalation):
    assert "BUP kommer inte" not in text(get(cecilia, "steering"))
    assert get(cecilia, "escalation", escalation.public_id).status_code == 404


@pytest.mark.parametrize("name", ["steering", "adoptions", "measures"])
def test_the_list_that_follows_along_is_exactly_what_the_page_has(name, get, post, lars, kent, escalation):
    decisions = escalating.decide_escalation(escalation, text="Ja.", by=lars)
    adopting.ask_adoption(decisions[0], by=lars)
    who = kent if name == "adoptions" else lars
    page, fragment = (text(get(who, each)) for each in (name, f"{name}_moving"))
    assert fragment.strip() in page


def test_the_escalation_and_the_group_that_follow_along_are_exactly_what_their_pages_have(get, lars, escalation):
    group = set_up(escalation, lars)
    for name, row in (("escalation", escalation), ("working_group", group)):
        page, fragment = (text(get(lars, each, row.public_id)) for each in (name, f"{name}_moving"))
        assert fragment.strip() in page


def test_the_one_who_reported_sees_what_came_of_it_and_not_what_the_bodies_wrote_to_each_other(
    get, anna, bo, berit, lars, escalation
):
    escalating.decide_escalation(escalation, text="BUP utser en reserv.", by=lars)
    deviation = escalation.deviations.first()
    for who in (anna, berit):
        html = text(get(who, "deviation", deviation.public_id))
        assert "BUP utser en reserv." in html
        assert WHY not in html
    assert WHY in text(get(bo, "deviation", deviation.public_id))


def test_a_body_that_may_only_recommend_is_nowhere_said_to_have_decided(get, anna, bo, lars, escalation):
    escalation.to_body.may_decide = False
    escalation.to_body.save()
    escalating.decide_escalation(escalation, text="En reserv behövs.", by=lars)
    pages = [("steering",), ("escalation", escalation.public_id)]
    for who, page in [(lars, page) for page in pages] + [(bo, pages[0])]:
        assert "Rekommendation lämnad" in text(get(who, *page))
    html = text(get(anna, "deviation", escalation.deviations.first().public_id))
    assert "Rekommendation lämnad" in html
    assert re.findall("[Bb]eslutade?t?\\b", html) == []


def set_up(escalation, by):
    return working_groups.set_up_group(
        escalation, name="SIP-gruppen", task="En rutin.", members=["Karlskrona kommun"], due_on=in_days(90), by=by
    )


def test_home_tells_those_who_steer_how_many_have_been_lifted_to_them(client, lars, bo, escalation):
    def facts(person):
        client.force_login(person)
        return re.findall(r"<dt><a [^>]*>([^<]+)</a></dt><dd><b[^>]*>(\d+)</b>", client.get("/").content.decode())

    assert ("Lyft till er", "1") in facts(lars)
    assert "Lyft till er" not in dict(facts(bo))
    escalating.return_escalated(escalation, text="Ta det i gruppen.", by=lars)
    assert "Lyft till er" not in dict(facts(lars))


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_form_decides_over_the_whole_bundle(get, post, lars, escalation):
    html = text(get(lars, "escalation", escalation.public_id))
    assert WHY in html
    for deviation in escalation.deviations.all():
        assert deviation.reference in html
    assert "Besluta" in html
    answered = post(lars, "escalation_step", escalation.public_id, "decide", text="BUP utser en reserv.")
    assert answered.status_code == 302
    html = text(get(lars, "escalation", escalation.public_id))
    assert "<h2>Beslut</h2>" in html
    assert "BUP utser en reserv." in html
    assert "Ert svar" not in html
    assert get(lars, "escalation_step", escalation.public_id, "decide").status_code == 409


def test_a_body_without_mandate_stands_behind_and_never_decides(get, post, lars, escalation):
    type(escalation.to_body).objects.filter(pk=escalation.to_body_id).update(may_decide=False)
    html = text(get(lars, "escalation", escalation.public_id))
    assert "Ställ er bakom" in html
    assert "Besluta" not in html
    post(lars, "escalation_step", escalation.public_id, "decide", text="En gemensam rutin.")
    html = text(get(lars, "escalation", escalation.public_id))
    assert "<h2>Rekommendation</h2>" in html
    assert "binder ingen" in html


@pytest.mark.parametrize(
    ("step", "given", "status"),
    [
        ("return_escalated", {"text": "Prata med chefen."}, "returned"),
        ("escalate_further", {"text": "Kräver pengar."}, "raised"),
        ("set_up_group", {"name": "SIP", "task": "Rutin.", "others": "BUP", "due_on": "2199-01-01"}, "working_group"),
    ],
)
def test_every_other_answer_has_its_form(step, given, status, get, post, lars, escalation):
    assert get(lars, "escalation_step", escalation.public_id, step).status_code == 200
    assert post(lars, "escalation_step", escalation.public_id, step, **given).status_code == 302
    assert Escalation.objects.get(pk=escalation.pk).status == status


@pytest.mark.parametrize("step", ["decide", "return_escalated", "escalate_further", "set_up_group"])
def test_what_is_missing_is_said_at_its_field_and_what_was_written_stays(step, post, lars, escalation):
    answer = post(lars, "escalation_step", escalation.public_id, step, text="Ring 070-123 45 67", task="Ring mig")
    assert answer.status_code == 422
    assert "Ring" in text(answer)
    assert Escalation.objects.get(pk=escalation.pk).status == "waiting"


def test_a_member_reads_without_steps_and_the_group_does_not_answer_for_the_body(get, post, bo, escalation):
    member = holder("mats", "member", body("blekinge", "lsvo"))
    assert "Ert svar" not in text(get(member, "escalation", escalation.public_id))
    for who in (member, bo):
        assert get(who, "escalation_step", escalation.public_id, "decide").status_code == 403
        assert post(who, "escalation_step", escalation.public_id, "decide", text="Ja.").status_code == 403


# ── lifting a pattern ────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_third_time_is_proposed_as_a_pattern_and_lifted_in_one_form(get, post, cast, bo, filing):
    two = [received(filing, cast) for _each in range(2)]
    assert "Lyft som mönster" not in text(get(bo, "deviation", two[0].public_id))
    third = received(filing, cast)
    html = text(get(bo, "deviation", third.public_id))
    assert "Tredje gången på ett år" in html
    assert "Lyft som mönster" in html
    query = f"?fran={third.public_id}"
    offered = text(get(bo, "lift", fran=third.public_id))
    assert f"{two[0].reference} {third.title}, {day(third.filed_at)}, Elevhälsan, Karlskrona kommun" in offered
    assert "kan besluta" not in offered
    all_three = [str(d.public_id) for d in (*two, third)]
    sent = post(bo, "lift", query=query, deviations=all_three, kind="pattern", title="BUP uteblir", summary=WHY)
    assert (sent.status_code, Escalation.objects.get().deviations.count()) == (302, 3)
    assert "Lyft som mönster" not in text(get(bo, "deviation", third.public_id))


def test_nobody_else_lifts(get, post, cast, lars, filing):
    deviation = received(filing, cast)
    for who, status in ((cast.anna, 403), (cast.berit, 403), (cast.cecilia, 404), (lars, 404)):
        assert get(who, "lift", fran=deviation.public_id).status_code == status
    assert get(cast.bo, "lift", fran="inget").status_code == 404


# ── on the deviation's page ──────────────────────────────────────────────────────────────────────────────────────────
def test_everyone_it_concerns_sees_where_it_is_lifted_and_the_bodies_open_it(get, anna, berit, bo, lars, escalation):
    deviation = escalation.deviations.first()
    set_up(escalation, lars)
    for who in (anna, berit, bo, lars):
        html = text(get(who, "deviation", deviation.public_id))
        assert f"Lyft till {escalation.to_body.name}" in html
        assert "SIP-gruppen" in html
        assert (reverse("escalation", args=[escalation.public_id]) in html) is (who in (bo, lars))


def test_progress_report_and_end_of_a_group_have_their_forms(get, post, bo, lars, escalation):
    group = set_up(escalation, lars)
    for step, words in (("tell_progress", "Två möten."), ("report_group", "En rutin."), ("end_group", "Klart.")):
        assert get(bo, "working_group_step", group.public_id, step).status_code == 403
        assert get(lars, "working_group_step", group.public_id, step).status_code == 200
        assert post(lars, "working_group_step", group.public_id, step, text="").status_code == 422
        assert post(lars, "working_group_step", group.public_id, step, text=words).status_code == 302
        assert words in text(get(bo, "working_group", group.public_id))
    assert WorkingGroup.objects.get().status == "ended"
    assert post(lars, "working_group_step", group.public_id, "end_group", text="Igen.").status_code == 409


# ── the principals ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def asked(lars, escalation):
    decisions = escalating.decide_escalation(escalation, text="En reserv finns alltid.", by=lars)
    return adopting.ask_adoption(decisions[0], by=lars)


def test_those_who_have_been_asked_are_not_offered_again_and_private_providers_are(get, lars, escalation):
    decision = escalating.decide_escalation(escalation, text="En reserv finns alltid.", by=lars)[0]

    def offered():
        html = get(lars, "step", decision.deviation.public_id, "ask_adoption").content.decode()
        chosen = Organisation.objects.filter(pk__in=re.findall(r'name="principals" value="(\d+)"', html))
        return {root.kind for root in chosen}, "Regionen och kommunerna har redan fått frågan." in html

    assert offered() == ({"region", "municipality", "private", "school"}, False)
    adopting.ask_adoption(decision, by=lars)
    assert offered() == ({"private", "school"}, True)


def test_a_principal_reads_the_question_answers_and_says_when_it_is_done(get, post, kent, lars, escalation, asked):
    adoption = next(a for a in asked if a.principal.name == "Karlskrona kommun")
    html = text(get(kent, "adoptions"))
    assert "En reserv finns alltid." in html
    assert "beslutade" in html
    page = text(get(kent, "answer_adoption", adoption.pk))
    assert "Karlskrona kommun svarar" in page
    assert post(kent, "answer_adoption", adoption.pk, answer="declined", reason="").status_code == 422
    assert post(kent, "answer_adoption", adoption.pk, answer="adopted").status_code == 302
    assert post(kent, "carry_out_adoption", adoption.pk, carried_out_on=clock.today().isoformat()).status_code == 302
    html = text(get(lars, "escalation", escalation.public_id))
    assert "1 av 6 inför det. 5 har inte svarat. 1 har genomfört det." in html


def test_the_deviation_is_linked_only_for_who_reads_it(get, kent, asked):
    karlskrona = next(a for a in asked if a.principal.name == "Karlskrona kommun")
    reference = karlskrona.decision.deviation.reference
    assert reference in text(get(kent, "answer_adoption", karlskrona.pk))
    rut = holder("rut", "unit_manager", next(a.principal for a in asked if a.principal.name == "Ronneby kommun"))
    ronneby = next(a for a in asked if a.principal.name == "Ronneby kommun")
    html = text(get(rut, "answer_adoption", ronneby.pk))
    assert reference not in html
    assert "BUP kom inte." not in html
    assert get(rut, "answer_adoption", karlskrona.pk).status_code == 404


@pytest.mark.parametrize("who", ["anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_nobody_else_answers_for_a_principal(who, get, post, cast, asked):
    assert get(getattr(cast, who), "adoptions").status_code == 404
    assert get(getattr(cast, who), "answer_adoption", asked[0].pk).status_code == 404
    assert post(getattr(cast, who), "answer_adoption", asked[0].pk, answer="adopted").status_code == 404
    assert not Adoption.objects.exclude(answer="waiting").exists()


def test_the_reporter_reads_how_many_adopt_and_the_bodies_who_declined_and_why(get, anna, bo, kent, asked):
    adoption = next(a for a in asked if a.principal.name == "Karlskrona kommun")
    adopting.answer_adoption(adoption, answer="declined", reason="Ingen egen elevhälsa.", by=kent)
    public_id = adoption.decision.deviation.public_id
    reporter, group = (text(get(who, "deviation", public_id)) for who in (anna, bo))
    assert "1 inför det inte." in reporter
    assert "Ingen egen elevhälsa." not in reporter
    assert "Ingen egen elevhälsa." in group


# ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def propose(filing, cast, days):
    deviation = received(filing, cast)
    deciding.decide(deviation, text="Ja.", by=cast.bo)
    measure = deciding.propose_measure(
        now(deviation), owner=unit("blekinge", "rb-bup"), text=f"Åtgärd {days}", due_on=in_days(abs(days)),
        check_on=in_days(200), sign="De kommer.", by=cast.bo,
    )  # fmt: skip
    type(measure).objects.filter(pk=measure.pk).update(due_on=in_days(days))
    return measure


def test_what_is_late_stands_first_with_who_and_what_would_show_it(get, bo, berit, cecilia, cast, filing):
    propose(filing, cast, 20)
    propose(filing, cast, -4)
    for who in (bo, berit):
        html = text(get(who, "measures"))
        assert html.index("Åtgärd -4") < html.index("Åtgärd 20")
        assert "4 dagar sen" in html
        assert "De kommer." in html
    assert "Åtgärd" not in text(get(cecilia, "measures")).replace("Åtgärder", "")


def test_an_effect_to_check_has_its_own_view(get, bo, cast, filing):
    measure = propose(filing, cast, 3)
    deciding.carry_out(measure, by=bo)
    assert "Åtgärd 3" in text(get(bo, "measures", vy="kontrollera"))
    deciding.check_effect(measure, effect="verified", comment="Alla kom.", by=bo)
    assert "Åtgärd 3" not in text(get(bo, "measures", vy="kontrollera"))
    assert "Alla kom." in text(get(bo, "measures", vy="bekraftade"))
    assert get(bo, "measures", vy="annat").status_code == 404


@pytest.mark.parametrize("name", ["steering", "measures", "adoptions"])
def test_the_lists_ask_as_often_for_thirty_as_for_one(name, get, cast, bo, lars, kent, filing):
    counts = []
    for many in (1, 29):
        for _each in range(many):
            if name == "measures":
                propose(filing, cast, 5)
                continue
            lifted = escalating.escalate(received(filing, cast), reason=WHY, by=bo)
            if name == "adoptions":
                [decision] = escalating.decide_escalation(lifted, text="Ja.", by=lars)
                adopting.ask_adoption(decision, principals=[unit("blekinge", "1080-elevhalsan").principal], by=lars)
        who = {"steering": lars, "measures": bo, "adoptions": kent}[name]
        get(who, name)
        with CaptureQueriesContext(connection) as captured:
            get(who, name)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("place", ["x", "2026-01-01", "2026-01-01.", "2026-99-01.1", f"2026-01-01.{'9' * 40}", "~"])
def test_a_place_in_a_list_that_nobody_was_given_is_not_found(place, get, bo, lars):
    assert get(lars, "steering", efter=place).status_code == 404
    assert get(bo, "measures", efter=place).status_code == 404


def test_long_lists_go_on_where_the_page_ended(get, cast, bo, lars, filing, monkeypatch):
    monkeypatch.setattr("frontend.steering_page.PAGE", 2)
    monkeypatch.setattr("frontend.measures_list.PAGE", 2)
    measures = [propose(filing, cast, days) for days in (5, 6, 7)]
    titles = ["Först", "Sedan", "Sist"]
    for title in titles:
        escalating.escalate(received(filing, cast), title=title, reason=WHY, by=bo)
    for who, name, rows in ((bo, "measures", [m.text for m in measures]), (lars, "steering", titles)):
        page = text(get(who, name))
        more = re.search(r'href="([^"]+)" rel="next"', page)[1].partition("efter=")[2]
        rest = text(get(who, name, efter=more))
        assert [row in page for row in rows] == [True, True, False]
        assert [row in rest for row in rows] == [False, False, True]


def test_the_menu_leads_there(get, bo, lars, kent, anna):
    assert reverse("steering") in text(get(bo, "home"))
    assert reverse("measures") in text(get(lars, "home"))
    assert reverse("adoptions") in text(get(kent, "home"))
    home = text(get(anna, "home"))
    assert reverse("steering") not in home
    assert reverse("adoptions") not in home


def test_the_escalation_of_a_double_role_is_answered_from_its_page(get, post, bo, escalation):
    grant(bo, "coordinator", body("blekinge", "lsvo"), by=None)
    assert post(bo, "escalation_step", escalation.public_id, "decide", text="Ja.").status_code == 302
