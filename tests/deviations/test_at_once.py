"""Two at the same moment: one of them takes the step, the other is told, and the history stays whole."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from deviations.errors import ChangedMeanwhile, Refused
from deviations.history import verify
from deviations.models import Deviation, Escalation, HistoryEntry, NumberSeries, Party, Statement
from deviations.services import deciding, handling, receiving, statements
from deviations.services.filing import file_once, save_draft, submit
from orgs.models import BodyMembership
from orgs.permissions import grant
from tests.cast import body, person, unit

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
    grant(person("viola", "Viola Vall"), "coordinator", to, by=None)  # a body that works takes it in itself
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


# ── several people, different steps ──────────────────────────────────────────────────────────────────────────────────
def at_once(*acts):
    """What each act came to, all begun at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(acts))
    ends = [None] * len(acts)

    def run(place, act):
        close_old_connections()
        start.wait()
        try:
            ends[place] = act()
        except Refused as refused:
            ends[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


@pytest.fixture
def asked(cast, filed):
    """BL-01, where BUP is asked for a statement."""
    handling.receive(filed, by=cast.bo)
    statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
    return now(filed)


def refused_of(ends):
    return [end for end in ends if isinstance(end, Refused)]


def test_a_statement_given_while_the_group_hands_over_lets_one_win_and_tells_the_other_what_changed(cast, asked):
    seen = asked.sequence
    ends = at_once(
        lambda: statements.give_statement(asked, cause="Fel låda.", by=cast.berit, seen=seen),
        lambda: handling.hand_over(
            asked, to=body("blekinge", "sg_vuxna"), reason="Gäller vuxna.", by=cast.bo, seen=seen
        ),
    )
    [refused] = refused_of(ends)
    assert isinstance(refused, ChangedMeanwhile)
    won = steps_of(asked)[3]
    assert won in {"give_statement", "hand_over"}
    assert refused.steps[0] == won
    assert Statement.objects.get().status == ("given" if won == "give_statement" else "requested")


def test_without_having_looked_both_the_statement_and_the_hand_over_are_kept(cast, asked):
    ends = at_once(
        lambda: statements.give_statement(asked, cause="Fel låda.", by=cast.berit),
        lambda: handling.hand_over(asked, to=body("blekinge", "sg_vuxna"), reason="Gäller vuxna.", by=cast.bo),
    )
    assert refused_of(ends) == []
    assert {"give_statement", "hand_over"} <= set(steps_of(asked))
    assert (now(asked).state, Statement.objects.get().status) == ("submitted", "given")


def test_two_at_the_unit_accept_and_one_of_them_does(cast, asked):
    grant(cast.maria, "unit_manager", unit("blekinge", "rb-bup"), by=None)
    ends = at_once(*(lambda who=who: receiving.accept(asked, by=who) for who in (cast.berit, cast.maria)))
    assert [end.status for end in refused_of(ends)] == [409]
    assert steps_of(asked).count("accept") == 1


def test_one_passes_on_while_a_colleague_answers_and_nothing_is_asked_in_vain(cast, asked):
    grant(cast.maria, "unit_manager", unit("blekinge", "rb-bup"), by=None)
    centre = unit("blekinge", "rb-vardcentral")
    ends = at_once(
        lambda: statements.give_statement(asked, cause="Fel låda.", by=cast.berit),
        lambda: receiving.pass_on(asked, unit=centre, reason="Gäller första linjen.", by=cast.maria),
    )
    [refused] = refused_of(ends)
    assert refused.status in {403, 409}  # 403 when what waits now is another unit's
    first = Statement.objects.get(organisation__key="rb-bup").status
    assert (first, Statement.objects.count(), now(asked).bounces) in {("given", 1, 0), ("passed_on", 2, 1)}
    steps_of(asked)


def test_longer_time_given_while_the_unit_answers_changes_nothing_that_is_given(cast, asked):
    statement = Statement.objects.get()
    later = statement.due_on + timedelta(days=9)
    ends = at_once(
        lambda: statements.give_statement(asked, cause="Fel låda.", by=cast.berit),
        lambda: statements.extend_statement(statement, due_on=later, reason="Semester.", by=cast.bo),
    )
    after = Statement.objects.get()
    assert (after.status, after.cause) == ("given", "Fel låda.")
    if refused_of(ends):
        assert [end.status for end in refused_of(ends)] == [409]
        assert after.due_on == statement.due_on
    else:
        assert (after.due_on, after.first_due_on) == (later, statement.due_on)
    steps_of(asked)


def test_longer_time_given_twice_at_once_to_those_who_looked_is_given_once(cast, asked):
    statement, seen = Statement.objects.get(), asked.sequence
    later = statement.due_on + timedelta(days=9)
    ends = all_at_once(
        lambda: statements.extend_statement(statement, due_on=later, reason="Semester.", by=cast.bo, seen=seen)
    )
    assert refusals(ends) == [409] * (MANY - 1)
    assert all(end.steps == ["extend_statement"] for end in refused_of(ends))
    assert steps_of(asked).count("extend_statement") == 1


def test_two_units_say_not_ours_at_once_and_it_goes_up_once(cast, asked):
    centre = unit("blekinge", "rb-vardcentral")
    vera = person("vera", "Vera Vik")
    grant(vera, "investigator", centre, by=None)
    Party.objects.create(
        deviation=asked, role="receiving", organisation=centre, principal=centre.principal, shown_as=centre.full_name,
        filed_at=asked.filed_at,
    )  # fmt: skip
    statements.request_statement(asked, of=[centre], question="", by=cast.bo)
    school = unit("blekinge", "1080-elevhalsan")
    ends = at_once(
        *(
            lambda who=who: receiving.pass_on(asked, unit=school, reason="Hör till skolan.", by=who)
            for who in (cast.berit, vera)
        )
    )
    # The one who comes second finds the school asked already, or is the second bounce after it.
    assert [end.status for end in refused_of(ends)] in ([], [400])
    assert Escalation.objects.count() == (0 if refused_of(ends) else 1)
    assert now(asked).bounces == 2 - len(refused_of(ends))
    steps_of(asked)
