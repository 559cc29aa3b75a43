"""What a dispute asks of each side, where the desk shows it, and what a body that may only recommend is offered."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations.models import Deviation
from deviations.services import disputes, escalating
from deviations.services.filing import file
from orgs.models import Body
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.test_disputes import QUESTION
from tests.frontend.pages import fresh, text
from tests.frontend.test_dispute import acts, disputed, held, settled  # noqa: F401

WAITS = "Väntar på er syn i en tvist"


def asks(html):
    return re.findall(r'<li data-live-deviation="([^"]+)"', html)


# ── the units' list ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["berit", "maria"])
def test_each_side_has_it_in_its_list_until_it_has_said_how_it_sees_it(get, cast, disputed, name):  # noqa: F811
    who = getattr(cast, name)
    html = text(get(who, "to_answer"))
    assert WAITS in html
    assert asks(html) == [str(disputed.public_id)]
    assert "Inget väntar på ert svar" not in html
    disputes.give_view(disputed, text="Vi ser det så här.", by=who)
    html = text(get(who, "to_answer"))
    assert (WAITS in html, asks(html)) == (False, [])
    assert "Inget väntar på ert svar" in html


def test_the_other_side_is_still_waited_for(get, berit, maria, disputed):  # noqa: F811
    disputes.give_view(disputed, text="Vi ser det så här.", by=berit)
    assert asks(text(get(maria, "to_answer"))) == [str(disputed.public_id)]


def test_nothing_waits_before_it_is_opened_nor_when_it_is_answered(get, bo, berit, filed):
    assert WAITS not in text(get(berit, "to_answer"))
    disputes.open_dispute(filed, question=QUESTION, by=bo)
    disputes.decide_dispute(fresh(filed), responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
    assert WAITS not in text(get(berit, "to_answer"))


def test_another_unit_of_the_same_principal_is_asked_nothing(get, cast, disputed):  # noqa: F811
    grant(cast.lena, "unit_manager", unit("blekinge", "rb-vardcentral"), by=None)
    assert asks(text(get(cast.lena, "to_answer"))) == []


def test_the_fragment_is_exactly_what_the_page_has(get, berit, disputed):  # noqa: F811
    assert text(get(berit, "to_answer_waiting")).strip() in text(get(berit, "to_answer"))


def test_the_list_asks_as_often_for_thirty_as_for_one(get, berit, anna, bo, filing):
    counts = []
    for more in (1, 29):
        for _number in range(more):
            disputes.open_dispute(file(filing(), by=anna), question=QUESTION, by=bo)
        get(berit, "to_answer")
        with CaptureQueriesContext(connection) as queries:
            assert len(asks(text(get(berit, "to_answer")))) == Deviation.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_receiving_units_page_offers_to_answer_and_tells_the_question(get, berit, disputed):  # noqa: F811
    html = text(get(berit, "deviation", disputed.public_id))
    assert "Inget väntar på er just nu." not in html
    assert f'href="/avvikelse/{disputed.public_id}/give_view/"' in html[html.index("Det ni kan göra") :]
    assert f"Frågan är: {QUESTION}" in text(get(berit, "step", disputed.public_id, "give_view"))


# ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────────
FLAG = '<span class="flag flag--brick">Tvist</span>'


def test_the_row_and_the_page_say_that_a_dispute_is_open_and_only_then(get, bo, filed):
    def flags():
        pages = get(bo, "desk"), get(bo, "deviation", filed.public_id)
        return [FLAG in text(page) for page in pages]

    assert flags() == [False, False]
    disputes.open_dispute(fresh(filed), question=QUESTION, by=bo)
    assert flags() == [True, True]
    disputes.decide_dispute(fresh(filed), responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
    assert flags() == [False, False]


# ── decide or recommend ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_body_that_may_only_recommend_is_never_offered_to_settle_it(get, bo, disputed):  # noqa: F811
    Body.objects.filter(pk=disputed.accountable_body_id).update(may_decide=False)
    page = text(get(bo, "deviation", disputed.public_id))
    assert "Rekommendera i tvisten</a>" in page
    assert "Avgör tvisten</a>" not in page
    form = text(get(bo, "step", disputed.public_id, "decide_dispute"))
    assert "<h1>Rekommendera i tvisten</h1>" in form
    assert "Samverkansgrupp Barn och unga får rekommendera, inte avgöra." in form
    assert "Vem bör ansvara?" in form
    assert "Avgör tvisten" not in form


def test_a_body_that_may_decide_settles_it(get, bo, disputed):  # noqa: F811
    assert "Avgör tvisten</a>" in text(get(bo, "deviation", disputed.public_id))
    assert "<h1>Avgör tvisten</h1>" in text(get(bo, "step", disputed.public_id, "decide_dispute"))


def test_the_steering_body_that_may_decide_settles_what_the_group_could_only_recommend(get, cast, disputed):  # noqa: F811
    Body.objects.filter(pk=disputed.accountable_body_id).update(may_decide=False)
    Body.objects.filter(key="lsvo").update(may_decide=True)
    grant(cast.lena, "coordinator", body("blekinge", "lsvo"), by=None)
    escalating.escalate(disputed, reason="Vi kommer inte överens.", by=cast.bo)
    assert "decide_dispute" in acts(text(get(cast.lena, "deviation", disputed.public_id)))
    assert "<h1>Avgör tvisten</h1>" in text(get(cast.lena, "step", disputed.public_id, "decide_dispute"))


# ── where the library is found ───────────────────────────────────────────────────────────────────────────────────────
def test_the_registers_lead_to_what_guides(get, anna):
    assert '<a href="/vagledande/">Vägledande avgöranden</a>' in text(get(anna, "registers"))
