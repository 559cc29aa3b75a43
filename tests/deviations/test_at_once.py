"""Two at the same moment: one of them takes the step, the other is told, and the history stays whole."""

import threading

import pytest
from django.db import close_old_connections, connection

from deviations.errors import Refused
from deviations.history import verify
from deviations.models import Deviation, HistoryEntry, NumberSeries, Statement
from deviations.services import deciding, handling, statements
from deviations.services.filing import file_once, save_draft, submit
from orgs.models import BodyMembership
from orgs.permissions import grant
from tests.cast import body, unit

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def all_at_once(act):
    """What `MANY` threads got from the same act, each on a connection of its own: a value, or the refusal."""
    start = threading.Barrier(MANY)
    ends = []

    def run():
        close_old_connections()
        start.wait()
        try:
            ends.append(act())
        except Refused as refused:
            ends.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def refusals(ends):
    assert len(ends) == MANY
    return [end.status for end in ends if isinstance(end, Refused)]


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def steps_of(deviation):
    assert verify(now(deviation)) is None
    return list(HistoryEntry.objects.filter(deviation=deviation).order_by("sequence").values_list("step", flat=True))


def test_several_receive_it_and_one_does(cast, filed):
    ends = all_at_once(lambda: handling.receive(filed, by=cast.bo))
    assert refusals(ends) == [409] * (MANY - 1)
    assert steps_of(filed) == ["submit", "receive"]


def test_a_statement_sent_several_times_is_given_once(cast, filed):
    handling.receive(filed, by=cast.bo)
    statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
    ends = all_at_once(lambda: statements.give_statement(filed, cause="Brevlådan bevakas inte.", by=cast.berit))
    assert refusals(ends) == [409] * (MANY - 1)
    assert steps_of(filed)[-1:] == ["give_statement"]
    assert Statement.objects.get().status == "given"


def test_a_unit_is_asked_once_though_the_button_is_pressed_many_times(cast, filed):
    handling.receive(filed, by=cast.bo)
    bup = unit("blekinge", "rb-bup")
    ends = all_at_once(lambda: statements.request_statement(filed, of=[bup], question="", by=cast.bo))
    assert refusals(ends) == [400] * (MANY - 1)
    assert Statement.objects.count() == 1


def test_it_is_closed_once_and_opened_again_once(cast, filed):
    handling.receive(filed, by=cast.bo)
    deciding.decide(now(filed), text="Ny rutin.", by=cast.bo)
    deciding.give_feedback(now(filed), text="Så blev det.", by=cast.bo)
    for _time in range(2):
        handling.score(now(filed), severity=3, likelihood=2, by=cast.bo)
    assert refusals(all_at_once(lambda: deciding.close(filed, by=cast.bo))) == [409] * (MANY - 1)
    assert refusals(all_at_once(lambda: deciding.reopen(filed, reason="Det hände igen.", by=cast.anna))) == [409] * (
        MANY - 1
    )
    assert steps_of(filed)[-2:] == ["close", "reopen"]


def test_it_is_handed_over_once(cast, filed):
    to = body("blekinge", "sg_vuxna")
    ends = all_at_once(lambda: handling.hand_over(filed, to=to, reason="Gäller vuxna.", by=cast.bo))
    assert refusals(ends) == [403] * (MANY - 1)
    assert (now(filed).bounces, now(filed).deliveries.filter(ended_at__isnull=True).count()) == (1, 1)
    assert now(filed).parties.filter(role="accountable").count() == 1


def test_a_draft_pressed_many_times_is_sent_once(cast, filing):
    draft = save_draft(filing(), by=cast.anna)
    ends = all_at_once(lambda: submit(draft, by=cast.anna))
    assert refusals(ends) == []
    assert {(end.pk, end.sequence) for end in ends} == {(draft.pk, 1)}
    assert steps_of(draft) == ["submit"]


def test_the_same_key_at_the_same_moment_files_once(cast, filing):
    given = filing()
    ends = all_at_once(lambda: file_once(given, by=cast.anna, idempotency_key="same-key"))
    assert refusals(ends) == []
    assert [new for _deviation, new in ends].count(True) == 1
    assert Deviation.objects.count() == 1
    assert NumberSeries.objects.get().last == 1


def test_a_person_is_invited_once(cast, filed):
    ends = all_at_once(lambda: handling.invite(filed, user=cast.maria, reason="Känner rutinen.", by=cast.bo))
    assert refusals(ends) == [400] * (MANY - 1)
    invitation = filed.invitations.get()
    assert refusals(all_at_once(lambda: handling.end_invitation(invitation, by=cast.bo))) == [409] * (MANY - 1)
    assert steps_of(filed)[-2:] == ["invite", "end_invitation"]


def test_a_role_given_many_times_is_one_row(cast):
    place = body("blekinge", "sg_vuxna")
    assert len(all_at_once(lambda: grant(cast.lena, "chair", place, by=cast.ada))) == MANY
    assert BodyMembership.objects.filter(user=cast.lena, content_object=place).count() == 1
