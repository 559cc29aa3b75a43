"""A body's desk and the search, in the world of `deploy.bench.data`, each beside the least that any list would cost."""

from django.db import connection

from deploy.bench.figures import Figure, median_ms, say
from deviations.models import Deviation
from deviations.search import matching
from deviations.visible import PAGE_SIZE
from deviations.workflow import OPEN
from frontend import desk_queue
from frontend.desk_queue import VIEWS, Asked
from orgs.models import Body, User
from orgs.permissions import keys_of

COMMON, RARE = "utskrivning", "sällan4711"


def measure(body: Body, reader: User, *, rounds: int) -> None:
    """The open queue beside fifty bare rows of the same body; a search beside the same reader's page without words."""
    asked = Asked(body, VIEWS["oppna"], reader)
    queue = Deviation.objects.filter(accountable_body=body, state__in=sorted(OPEN))
    door = Deviation.objects.visible_to(reader)
    took = median_ms(
        {
            "bare": lambda: list(queue.order_by("answer_due_on", "pk")[:PAGE_SIZE]),
            "desk": lambda: desk_queue.listed(asked, reader, keys_of(reader)),
            "page": lambda: door.newest(),
            "rare": lambda: door.newest(where=matching(RARE)),
            "common": lambda: door.newest(where=matching(COMMON)),
        },
        rounds=rounds,
    )
    engine = connection.vendor
    say(Figure(engine, f"desk: {queue.count():,} open, first page", took["desk"], took["bare"], "ms"))
    say(Figure(engine, "search: a word of one in 20,000", took["rare"], took["page"], "ms"))
    say(Figure(engine, "search: a word of every row", took["common"], took["page"], "ms"))
