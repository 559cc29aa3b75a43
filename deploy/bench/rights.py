"""First page, count and news with rights, for eight kinds of reader, beside the same without any filter.

Builds its world in the database that DATABASE_URL names, which must be empty. Answers with one figure per line.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after django.setup
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from deploy.bench import desk, news  # noqa: E402
from deploy.bench.data import Sizes, World, build, membership  # noqa: E402
from deploy.bench.figures import Figure, median_ms, say  # noqa: E402
from deviations.models import Deviation, Party  # noqa: E402
from deviations.visible import COUNT_CAP, PAGE_SIZE, Cursor, Page  # noqa: E402
from deviations.workflow import OPEN  # noqa: E402
from orgs.models import Body, Organisation, User  # noqa: E402
from orgs.permissions import grant, keys_of  # noqa: E402
from orgs.roles import Ability  # noqa: E402

SHOWN = ("reporting_unit", "reporting_principal", "receiving_unit", "receiving_principal", "accountable_body")
STILL_OPEN = Q(state__in=sorted(OPEN))
SAMPLE = 60  # people among whom the median and the busiest are found

Reads = dict[str, Callable[[], object]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deviations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    world = build(Sizes(deviations=asked.deviations))
    print(
        f"{connection.vendor}: {asked.deviations:,} in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True
    )
    people = readers(world)
    for what, limit, read in measurements():
        compare(what, limit, read, people, asked.rounds)
    statements(people)
    biggest = people["biggest body"]
    body = Body.objects.select_related("county").get(pk=min(keys_of(biggest).bodies[Ability.READ]))
    desk.measure(body, biggest, rounds=asked.rounds)
    news.fill()
    news.measure(people, rounds=asked.rounds)
    granting(world)


# ── who reads ────────────────────────────────────────────────────────────────────────────────────────────────────────
def readers(world: World) -> dict[str, User]:
    """The seven kinds, and an eighth: the chief medical officer's right, but held in the middle of the tree."""
    first, after_bodies = world.people[0], 5 * len(world.bodies)
    step = max(1, (len(world.people) - after_bodies) // SAMPLE)
    by_count = sorted(world.people[after_bodies::step], key=lambda user: (seen_by(user), user.pk))
    few = newcomer("few")
    for part in (0.2, 0.5, 0.9):  # three of the reader's own, one of them old
        pk = int(world.sizes.deviations * part) + 1
        Deviation.objects.filter(pk=pk).update(filed_by=few)
        Party.objects.filter(deviation=pk, role=Party.Role.REPORTER).update(person=few)
    twenty = [*world.principals[:5], *world.administrations[15:20], *world.units[60:70]]
    return {
        "sees nothing": newcomer("nothing"),
        "sees three": few,
        "median": by_count[len(by_count) // 2],
        "many": by_count[-1],
        "biggest body": first,
        "20 organisations": newcomer("supervisor", *twenty),
        "region of 500 units": newcomer("officer", world.region),
        "administration of 400": newcomer("head", world.hospital),
    }


def newcomer(name: str, *places: Organisation) -> User:
    user = User.objects.create_user(f"{name}@example.org", None, name=name)
    for place in places:
        membership(user, "safety_officer", place).save(in_action=True)
    return user


def seen_by(user: User) -> int:
    return Deviation.objects.visible_to(user).count()


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────────
def measurements() -> list[tuple[str, Callable[[], object], Callable[[User], object]]]:
    """Each read with rights, beside the same rows fetched the same way by nobody in particular."""
    everything = Deviation.objects.select_related(*SHOWN).order_by("-filed_at", "-id")
    middle = Deviation.objects.order_by("-filed_at", "-id")[Deviation.objects.count() // 2]
    if middle.filed_at is None:
        raise RuntimeError("the world holds submitted deviations only")
    deep = Cursor(middle.filed_at, middle.pk)
    door = Deviation.objects.visible_to

    def page(rows: "django.db.models.QuerySet[Deviation]") -> Callable[[], object]:
        return lambda: list(rows[:PAGE_SIZE])

    return [
        ("first page", page(everything), lambda u: door(u).newest()),
        (
            "page in the middle",
            page(everything.filter(filed_at__lt=deep.filed_at)),
            lambda u: door(u).newest(after=deep),
        ),
        ("first page of open", page(everything.filter(STILL_OPEN)), lambda u: door(u).newest(where=STILL_OPEN)),
        (
            "one deviation",
            page(everything.filter(public_id=middle.public_id)),
            lambda u: door(u).filter(public_id=middle.public_id).first(),
        ),
        ("capped count", lambda: Deviation.objects.all()[:COUNT_CAP].count(), lambda u: door(u).count_capped()),
        (
            "capped count of open",
            lambda: Deviation.objects.filter(STILL_OPEN)[:COUNT_CAP].count(),
            lambda u: door(u).count_capped(where=STILL_OPEN),
        ),
    ]


def compare(
    what: str, limit: Callable[[], object], read: Callable[[User], object], people: dict[str, User], rounds: int
) -> None:
    """Goals stand on the first page: at most twice the unfiltered one, and the worst reader at most twice the best.

    Worst and best are taken among those who get a full page: a reader of three rows has less to fetch than anyone.
    """
    calls: Reads = {name: lambda user=user: read(user) for name, user in people.items()}  # type: ignore[misc]  # bound early
    took = median_ms({"limit": limit, **calls}, rounds=rounds)
    bare = took.pop("limit")
    goal = 2.0 if "page" in what else None
    for name, ms in took.items():
        say(Figure(connection.vendor, f"{what}: {name}", ms, bare, "ms", goal))
    full = {name: ms for name, ms in took.items() if rows_in(calls[name]()) == PAGE_SIZE}
    if goal and full:
        say(
            Figure(
                connection.vendor, f"{what}: worst / best reader", max(full.values()), min(full.values()), "ms", goal
            )
        )


def rows_in(found: object) -> int:
    return len(found.rows) if isinstance(found, Page) else 0


def statements(people: dict[str, User]) -> None:
    for size in (1, 30):
        worst = 0
        for user in people.values():
            with CaptureQueriesContext(connection) as captured:
                Deviation.objects.visible_to(user).newest(size=size)
            worst = max(worst, len(captured))
        say(Figure(connection.vendor, f"statements for a page of {size}, worst reader", worst, 5, "statements", 1.0))


def granting(world: World) -> None:
    """A role on the body with the most deviations: rows written."""
    body: Body = world.bodies[0]
    new = newcomer("new-coordinator")
    with CaptureQueriesContext(connection) as captured:
        grant(new, "coordinator", body, by=None)
    written = sum(q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) for q in captured)
    opened = Party.objects.filter(body=body).count()
    say(Figure(connection.vendor, f"rows written by a role that opens {opened:,}", written, 1, "rows", 1.0))


if __name__ == "__main__":
    main()
