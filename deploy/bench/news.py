"""The number of news in the top bar, which every page costs its reader, in the world of `deploy.bench.data`."""

from functools import partial

from django.db import connection

from deploy.bench.data import FIRST, insert, without_indexes
from deploy.bench.figures import Figure, median_ms, say
from deviations import clock, news
from deviations.models import Deviation, HistoryEntry
from orgs.models import User


def fill() -> None:
    """One entry of each deviation, in the order in which they were filed: an outbox as long as the world."""
    sample = HistoryEntry(sequence=1, step="submit", at=FIRST, data={}, previous_hash="", hash="")
    filed = f"{Deviation._meta.db_table} d ORDER BY d.filed_at, d.id"
    expressions = {"deviation_id": "d.id", "at": "d.filed_at", "by_id": "d.filed_by_id"}
    with connection.cursor() as cursor, without_indexes(cursor, HistoryEntry):
        insert(cursor, sample, expressions, filed, leave_out={"id"})
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def measure(people: dict[str, User], *, rounds: int) -> None:
    """Of somebody who has never looked, on the day of the newest entry, beside as many of the newest read bare."""
    bare = HistoryEntry.objects.order_by("-pk").values_list("deviation_id", flat=True)[: news.MOST_ENTRIES]
    counts = {name: partial(news.count, user) for name, user in people.items()}
    with clock.at(HistoryEntry.objects.latest("pk").at):
        took = median_ms({"bare": lambda: len(set(bare.all())), **counts}, rounds=rounds)
        found = {name: count() for name, count in counts.items()}
    for name, many in found.items():
        say(Figure(connection.vendor, f"news in the top bar, {many} new: {name}", took[name], took["bare"], "ms"))
