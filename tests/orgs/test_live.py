"""A channel layer that is away never hides a write, nor holds it up for long."""

import asyncio
import time

import pytest

from deviations.services.handling import receive
from frontend.switchboard import INBOX, OVERFLOWN, Told, put
from orgs import live

pytestmark = pytest.mark.django_db(transaction=True)


class SilentLayer:
    async def group_send(self, group, message):
        await asyncio.sleep(60)


class BrokenLayer:
    async def group_send(self, group, message):
        raise ConnectionError("Connection refused")


@pytest.mark.parametrize("layer", [SilentLayer, BrokenLayer])
def test_a_step_is_taken_although_the_layer_is_away_and_that_is_logged(layer, bo, filed, monkeypatch, caplog):
    monkeypatch.setattr(live, "get_channel_layer", layer)
    monkeypatch.setattr(live, "SECONDS_TO_SEND", 0.2)
    began = time.monotonic()
    receive(filed, by=bo)
    assert time.monotonic() - began < 5
    filed.refresh_from_db()
    assert (filed.state, filed.sequence) == ("received", 2)
    assert "in on_commit()" in caplog.text


def test_one_change_is_one_message_however_many_read_it(bo, anna, filed, monkeypatch):
    sent = []

    class Layer:
        async def group_send(self, group, message):
            sent.append((group, message["people"], message["message"]["sequence"]))

    monkeypatch.setattr(live, "get_channel_layer", Layer)
    receive(filed, by=bo)
    [(group, people, sequence)] = sent
    assert (group, sequence) == ("people", 2)
    assert {anna.pk, bo.pk} < set(people)


async def test_a_socket_that_takes_nothing_is_told_to_ask_for_everything_instead_of_growing():
    inbox = asyncio.Queue(INBOX)
    for n in range(INBOX + 2):
        put(inbox, Told({"type": "deviation.changed", "sequence": n}, ""))
    kept = [inbox.get_nowait() for _n in range(inbox.qsize())]
    assert kept == [OVERFLOWN, Told({"type": "deviation.changed", "sequence": INBOX + 1}, "")]
