"""The receiving unit's other answers on its pages: ours, somebody else's, longer time, and who is late."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations import clock
from deviations.models import Deviation, Mail, Party, Statement
from deviations.services import deciding, handling, receiving, statements
from deviations.services.filing import file
from deviations.workflow import State
from frontend.dates import day
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import fresh, text

REASON = "Remissen gäller första linjen."


@pytest.fixture
def asked(filed, bo):
    """BL-01, where BUP is asked for a statement."""
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    return fresh(filed)


@pytest.fixture
def centre(cast):
    return unit("blekinge", "rb-vardcentral")


def late(days):
    Statement.objects.update(due_on=clock.today() - datetime.timedelta(days=days))


def offered_units(html):
    return re.findall(r'<input type="radio" name="unit" id="unit_\d+" value="(\d+)"( checked)?', html)


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_ours_with_one_press_and_the_statement_is_still_asked_for(get, take, berit, bo, asked):
    assert take(berit, asked, "accept").status_code == 302
    html = text(get(berit, "deviation", asked.public_id))
    assert "Ni har tagit ansvaret. Yttrandet återstår." in html
    assert "Ni tog på er ansvaret i dag." in html
    assert "Det är vårt ansvar" not in html
    assert "Ert yttrande behövs" in html
    group = text(get(bo, "deviation", asked.public_id))
    assert "Tog på sig ansvaret i dag." in group
    assert "Tog på sig ansvaret\n" in group or "Tog på sig ansvaret<" in group


def test_whoever_answers_for_two_units_says_which_one_accepts(get, take, asked, bo, centre):
    rune = person("rune", "Rune Rask")
    grant(rune, "unit_manager", centre.principal, by=None)
    Party.objects.create(
        deviation=asked, role="receiving", organisation=centre, principal=centre.principal, shown_as=centre.full_name,
        filed_at=asked.filed_at,
    )  # fmt: skip
    statements.request_statement(asked, of=[centre], question="", by=bo)
    html = text(get(rune, "deviation", asked.public_id))
    assert html.count("Det är vårt ansvar<") == 2
    assert "Vilken enhet svarar ni för?" in html
    refused = take(rune, asked, "accept")
    assert refused.status_code == 422
    assert "Välj vilken enhet ni svarar för." in text(refused)
    assert take(rune, asked, "accept", of=centre.pk).status_code == 302
    assert Statement.objects.get(organisation=centre).accepted_at is not None
    assert take(rune, asked, "give_statement", of=centre.pk, cause="Fel låda.").status_code == 302
    assert Statement.objects.get(organisation=centre).status == "given"


# ── somebody else's ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_right_unit_is_found_by_typing_and_asked_next(get, take, berit, asked, centre):
    page = text(get(berit, "step", asked.public_id, "pass_on"))
    assert [pk for pk, _checked in offered_units(page)] == [str(asked.reporting_unit_id)], "those it concerns first"
    found = text(get(berit, "units_to_name", asked.public_id, q="vårdcentral"))
    assert str(centre.pk) in [pk for pk, _checked in offered_units(found)]
    response = take(berit, asked, "pass_on", unit=centre.pk, reason=REASON)
    assert response.status_code == 302
    html = text(get(berit, "deviation", asked.public_id))
    assert f"Lämnade vidare, hör till {centre.full_name}." in html
    assert REASON in html
    assert "Ert yttrande behövs" not in html
    assert f"Lämnade vidare: hör till {centre.full_name}" in html


def test_the_unit_chosen_stays_first_while_one_types_on(get, berit, asked, centre):
    found = offered_units(text(get(berit, "units_to_name", asked.public_id, q="elevh", unit=centre.pk)))
    assert found[0] == (str(centre.pk), " checked")
    assert len(found) > 1
    assert len({pk for pk, _checked in found}) == len(found)


@pytest.mark.parametrize("given", [{"q": "x" * 5000}, {"unit": "9" * 40}, {"unit": "-1"}, {"unit": "a"}, {"q": "%_'"}])
def test_odd_questions_for_units_are_answered(get, berit, asked, given):
    assert get(berit, "units_to_name", asked.public_id, **given).status_code == 200


def test_units_of_another_county_are_never_offered_or_taken(get, take, berit, asked):
    abroad = unit("varmland", "rv-bup-1")
    html = text(get(berit, "units_to_name", asked.public_id, q="bup", unit=abroad.pk))
    assert str(abroad.pk) not in [pk for pk, _checked in offered_units(html)]
    response = take(berit, asked, "pass_on", unit=abroad.pk, reason=REASON)
    assert response.status_code == 422
    assert "Välj en verksamhet i länet som finns i dag." in text(response)


def test_without_scripts_the_search_is_a_button_and_nothing_written_is_lost(client, berit, asked, centre):
    client.force_login(berit)
    address = reverse("step", args=[asked.public_id, "pass_on"])
    given = {"q": "vårdcentral", "reason": REASON, "search": "1", "seen": asked.sequence}
    html = text(client.post(address, given))
    assert str(centre.pk) in [pk for pk, _checked in offered_units(html)]
    assert REASON in html
    assert f'name="seen" value="{asked.sequence}"' in html
    assert fresh(asked).bounces == 0


def test_not_ours_needs_the_unit_and_keeps_what_was_written(take, get, berit, asked, centre):
    html = text(get(berit, "step", asked.public_id, "decline"))
    assert "den enheten tillfrågas då direkt" in html
    assert "Säg vem som ansvarar. Ett andra nej går till det styrande organet." in html
    response = take(berit, asked, "decline", reason="not_ours", comment=REASON)
    assert response.status_code == 422
    assert "Ange vilken verksamhet det hör till i stället." in text(response)
    assert REASON in text(response)
    assert take(berit, asked, "decline", reason="not_ours", comment=REASON, unit=centre.pk).status_code == 302
    html = text(get(berit, "deviation", asked.public_id))
    assert f"Svarade ”inte vårt ansvar” och angav {centre.full_name}" in html
    assert "Inte vårt ansvar." in html


def test_the_reporter_sees_who_was_asked_next(get, anna, berit, asked, centre):
    receiving.pass_on(asked, unit=centre, reason=REASON, by=berit)
    html = text(get(anna, "deviation", asked.public_id))
    assert f"Yttrande begärt av {centre.full_name}" in html
    assert f"Lämnade vidare: hör till {centre.full_name}" in html


def test_the_second_bounce_is_told_to_everyone_concerned(get, anna, bo, berit, asked, centre):
    vera = person("vera", "Vera Vik")
    grant(vera, "investigator", centre, by=None)
    receiving.pass_on(asked, unit=centre, reason=REASON, by=berit)
    receiving.pass_on(asked, unit=unit("blekinge", "1080-elevhalsan"), reason="Hör till skolan.", by=vera)
    for who in (anna, bo, berit, vera):
        assert f"Lyfte till {body('blekinge', 'lsvo').name}" in text(get(who, "deviation", asked.public_id))
    assert "Studs 2 av 2" in text(get(bo, "deviation", asked.public_id))


# ── after the group has handed over ──────────────────────────────────────────────────────────────────────────────────
def test_a_statement_is_taken_though_the_group_handed_over_meanwhile(take, get, berit, bo, asked):
    handling.hand_over(asked, to=body("blekinge", "sg_vuxna"), reason="Gäller vuxna.", by=bo)
    assert "Ert yttrande behövs" in text(get(berit, "deviation", asked.public_id))
    assert take(berit, asked, "give_statement", cause="Fel låda.").status_code == 302
    assert Statement.objects.get().status == "given"
    assert fresh(asked).state == State.SUBMITTED


def test_what_changed_meanwhile_is_told_and_what_was_written_is_kept(take, berit, bo, asked):
    seen = asked.sequence
    handling.note(asked, text="Ring mottagningen.", by=bo)
    response = take(berit, asked, "give_statement", cause="Kallelsen gick till fel låda.", seen=seen)
    assert response.status_code == 409
    html = text(response)
    assert "Någon annan hann före." in html
    assert "Anteckna" in html
    assert "Kallelsen gick till fel låda." in html
    again = int(re.search(r'name="seen" value="(\d+)"', html)[1])
    assert again == fresh(asked).sequence
    assert take(berit, asked, "give_statement", cause="Kallelsen gick till fel låda.", seen=again).status_code == 302


# ── longer time ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_group_gives_longer_time_from_the_statement_itself(get, take, bo, berit, anna, asked):
    statement = Statement.objects.get()
    html = text(get(bo, "deviation", asked.public_id))
    address = f"{reverse('step', args=[asked.public_id, 'extend_statement'])}?statement={statement.pk}"
    assert f'href="{address}"' in html
    assert "Ny sista dag" in text(get(bo, "step", asked.public_id, "extend_statement"))
    later = statement.due_on + datetime.timedelta(days=7)
    given = {"statement": statement.pk, "due_on": later.isoformat(), "reason": "Utredaren är sjuk."}
    assert take(bo, asked, "extend_statement", **given).status_code == 302
    for who in (bo, berit):
        html = text(get(who, "deviation", asked.public_id))
        assert "från början" in html
        assert "Utredaren är sjuk." in html
    assert "Förläng med skäl" not in text(get(berit, "deviation", asked.public_id))
    told = f"Gav BUP, Region Blekinge längre tid, till {day(later)} i stället för {day(statement.due_on)}"
    assert told in text(get(anna, "deviation", asked.public_id))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": "2020-01-01"}, "senare än den sista dag som gäller"),
        ({"due_on": "i morgon"}, "Datumet går inte att läsa."),
        ({"reason": ""}, "Skriv varför enheten får längre tid."),
        ({"statement": "0"}, "Yttrandet väntar inte längre på svar."),
    ],
)
def test_longer_time_that_cannot_be_given_says_why(take, bo, asked, changes, words):
    statement = Statement.objects.get()
    later = statement.due_on + datetime.timedelta(days=7)
    given = {"statement": statement.pk, "due_on": later.isoformat(), "reason": "Sjuk.", **changes}
    response = take(bo, asked, "extend_statement", **given)
    assert response.status_code == 422
    assert words in text(response)


def test_when_the_unit_was_reminded_stands_with_its_last_day(get, bo, berit, asked):
    statement = Statement.objects.get()
    assert "Påmind" not in text(get(bo, "deviation", asked.public_id))
    Mail.objects.create(
        key="k", kind="reminder", to=berit, deviation=asked, template="statement_soon", due_at=timezone.now(),
        sent_at=timezone.now(), facts={"statement": statement.pk, "due_on": statement.due_on.isoformat()},
    )  # fmt: skip
    assert "Påmind" in text(get(bo, "deviation", asked.public_id))


# ── who is late ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_group_sees_what_it_waits_for_per_principal(get, bo, asked):
    assert "Inget är försenat" in text(get(bo, "overdue"))
    late(4)
    html = text(get(bo, "overdue"))
    assert "Det er grupp väntar på" in html
    assert "Det era verksamheter är skyldiga" not in html
    assert 'Region Blekinge</a></th><td class="num">1</td><td class="num">4 dagar</td>' in html
    assert str(asked.public_id) in html


def test_the_unit_and_its_principal_see_what_they_owe(get, berit, asked):
    late(1)
    boss = person("rune", "Rune Rask")
    grant(boss, "safety_officer", unit("blekinge", "rb-bup").principal, by=None)
    for who in (berit, boss):
        html = text(get(who, "overdue"))
        assert "Det era verksamheter är skyldiga" in html
        assert str(asked.public_id) in html


def test_another_principal_sees_nothing_of_it(get, maria, cecilia, asked):
    late(4)
    for who in (maria, cecilia):
        assert str(asked.public_id) not in text(get(who, "overdue"))


def test_one_principal_is_chosen_by_its_link(get, bo, asked):
    late(4)
    region, other = unit("blekinge", "rb-bup").principal_id, unit("blekinge", "1080-elevhalsan").principal_id
    assert str(asked.public_id) in text(get(bo, "overdue", huvudman=region))
    assert str(asked.public_id) not in text(get(bo, "overdue", huvudman=other))
    assert get(bo, "overdue", huvudman="x").status_code == 404


def test_what_can_no_longer_be_answered_is_not_late_and_does_not_wait(get, bo, berit, asked):
    late(4)
    deciding.decide(asked, text="Ny rutin.", by=bo)
    assert str(asked.public_id) not in text(get(bo, "overdue"))
    assert "Inget väntar på ert svar" in text(get(berit, "to_answer"))


def test_the_late_list_asks_as_often_for_thirty_as_for_one(get, bo, anna, filing):
    counts = []
    for more in (1, 29):
        for _number in range(more):
            deviation = file(filing(), by=anna)
            handling.receive(deviation, by=bo)
            statements.request_statement(deviation, of=[unit("blekinge", "rb-bup")], question="", by=bo)
        late(4)
        get(bo, "overdue")
        with CaptureQueriesContext(connection) as queries:
            html = text(get(bo, "overdue"))
        assert html.count("<li data-live-deviation") == Deviation.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_person_is_never_named_on_these_pages(get, bo, berit, asked, centre):
    receiving.pass_on(asked, unit=centre, reason=REASON, by=berit)
    assert User.objects.filter(name="Berit Bengtsson").exists()
    assert "Berit" not in text(get(bo, "deviation", asked.public_id))
