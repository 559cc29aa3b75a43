"""How many filed for the first time, by principal and by tertial (A04): counted on that deviation, never by person.

So they are tied to what was filed, as every other count is, and are hidden as small numbers with the rest.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from deviations.learning.counts import key
from deviations.learning.monthly import D, Read
from deviations.learning.period import Period
from deviations.learning.table import TOTAL, Table

TERTIAL = 4
"""Months."""


def tables(read: Read, period: Period) -> Iterator[Table]:
    """Who has filed before is only told by the rest, which stands in no table."""
    new, by = Table("newcomer"), Table("newcomer_by")
    for s in read.scopes:
        filed: Counter[str] = Counter()
        first: Counter[str] = Counter()
        for pair, count in read.of(s, D.DIRECTION).items():
            filed[read.principal(pair.split(">")[0])] += count
        for principal, count in read.of(s, D.NEWCOMER).items():
            first[read.principal(principal)] += count
        total = new.put(first.total(), s, TOTAL)
        new.add_up(key("filed", s), (total, new.put(filed.total() - first.total(), s, latent=True)))
        made = []
        for one in sorted(filed):
            made.append(by.put(first[one], s, one))
            by.add_up(key("direction", s, one, TOTAL), (made[-1], by.put(filed[one] - first[one], s, one, latent=True)))
        by.add_up(total, made)
    yield from (new, by)
    if len(period.months) > TERTIAL:
        yield _by_tertial(read, period)


def tertials(period: Period) -> list[tuple[str, list[date]]]:
    """The months of each, by a key that names the first: "2026-05". The last one may be shorter."""
    parts = [period.months[at : at + TERTIAL] for at in range(0, len(period.months), TERTIAL)]
    return [(f"{months[0]:%Y-%m}", months) for months in parts]


def _by_tertial(read: Read, period: Period) -> Table:
    """With what was filed in each, which is the sum of its months."""
    table = Table("newcomer_in")
    for s in read.scopes:
        first: Counter[str] = Counter()
        for principal in read.of(s, D.NEWCOMER):
            first.update(read.by_month(s, D.NEWCOMER, principal))
        filed: Counter[str] = Counter()
        for state in ("in_time", "late", "none"):
            filed.update(read.by_month(s, D.ANSWER, state))
        made = []
        for name, months in tertials(period):
            of_all, new = (sum(counts[f"{month:%Y-%m}"] for month in months) for counts in (filed, first))
            made.append(table.put(new, s, name))
            whole = table.put(of_all, s, name, "filed", latent=True)
            table.add_up(whole, [key("month", s, f"{month:%Y-%m}") for month in months])
            table.add_up(whole, (made[-1], table.put(of_all - new, s, name, "again", latent=True)))
        table.add_up(key("newcomer", s, TOTAL), made)
    return table
