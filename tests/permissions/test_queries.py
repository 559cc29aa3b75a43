"""How many statements a page of deviations costs: the same for one row and for thirty, never more than five."""

import datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from deviations import by_key
from deviations.models import Deviation
from deviations.services.filing import file
from orgs.permissions import grant, rights_read_once
from tests.cast import unit


@pytest.fixture(params=[1, 30], ids=["one row", "thirty rows"])
def so_many(request, cast, filing):
    for n in range(request.param):
        file(filing(happened=f"Kallelsen nådde inte BUP, gång {n}."), by=cast.anna)
    return request.param


def statements(read):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        found = read()
    return found, len(captured)


def test_the_newest_page_costs_four_statements(so_many, bo):
    found, count = statements(lambda: Deviation.objects.visible_to(bo).newest().rows)
    assert (len(found), count) == (so_many, 4)


def test_a_filtered_page_costs_four_statements(so_many, bo):
    where = Q(state="submitted")
    found, count = statements(lambda: Deviation.objects.visible_to(bo).newest(where=where).rows)
    assert (len(found), count) == (so_many, 4)


def test_the_page_of_someone_with_more_units_than_are_merged_costs_five(so_many, berit, monkeypatch):
    grant(berit, "investigator", unit("blekinge", "1080-elevhalsan"), by=None)
    monkeypatch.setattr(by_key, "MANY_KEYS", 1)
    found, count = statements(lambda: Deviation.objects.visible_to(berit).newest().rows)
    assert (len(found), count) == (so_many, 5)


def test_units_and_bodies_shown_in_a_page_cost_nothing_more(so_many, bo):
    def shown():
        rows = Deviation.objects.visible_to(bo).newest().rows
        return [(str(d.accountable_body), d.reporting_unit.name, d.reporting_principal.name) for d in rows]

    found, count = statements(shown)
    assert (len(found), count) == (so_many, 4)


def test_a_capped_count_costs_three_statements(so_many, bo):
    assert statements(lambda: Deviation.objects.visible_to(bo).count_capped()) == (so_many, 3)


def test_a_plain_list_costs_three_statements_for_who_reads_little_and_for_who_reads_much(so_many, bo, monkeypatch):
    for much in (1, by_key.MUCH):
        monkeypatch.setattr(by_key, "MUCH", much)
        found, count = statements(lambda: list(Deviation.objects.visible_to(bo)))
        assert (len(found), count) == (so_many, 3)


def test_within_a_request_the_rights_are_read_once(so_many, bo):
    def page_and_count():
        with rights_read_once():
            return len(Deviation.objects.visible_to(bo).newest().rows), Deviation.objects.visible_to(bo).count_capped()

    assert statements(page_and_count) == ((so_many, so_many), 6)


def test_a_role_is_one_row_however_much_it_opens(so_many, cecilia):
    where = unit("blekinge", "rb-bup")
    with CaptureQueriesContext(connection) as captured:
        grant(cecilia, "unit_manager", where, by=None, valid_until=datetime.date(2099, 1, 1))
    written = [q["sql"] for q in captured if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) == 1
    assert Deviation.objects.visible_to(cecilia).count_capped() == so_many


def test_a_condition_put_elsewhere_than_where_is_refused_rather_than_forgotten(so_many, bo):
    filtered = Deviation.objects.visible_to(bo).filter(state="closed")
    with pytest.raises(RuntimeError, match="where="):
        filtered.newest()
    with pytest.raises(RuntimeError, match="where="):
        filtered.count_capped()
    with pytest.raises(RuntimeError, match="visible_to"):
        Deviation.objects.newest()
