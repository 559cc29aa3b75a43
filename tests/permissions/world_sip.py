"""The SIP register in the world of the tables: a month that Maria has entered, with a party that did not come."""

import base64

from deviations.services import sip
from deviations.services.sip import Attended, Entered
from frontend.forms.sip import last_months
from tests.cast import unit

TRAINED = "Enhet;Medarbetare;Utbildade;SIP-samordnare\nSkola;12;5;ja\n"
FILE = "Månad;Målgrupp;Nya\n2025-03;Barn och unga;10\n"


def count_sip(world, today):
    month = last_months(today, 2)[1]
    count = sip.enter_counts(
        Entered(
            principal=unit("blekinge", "karlskrona"), month=month, target_group="barn_unga", new=9, called=9, absent=3,
            attendance=(Attended(unit("blekinge", "rb-bup"), 9, 6),),
        ),
        by=world.users["maria"],
    )  # fmt: skip
    world.name(number={"sip_absence": count.attendance.get().pk, "sip_count": count.pk})
    world.named.update(
        sip_month=f"{month:%Y-%m}", sip_year=month.year, sip_number=month.month,
        sip_file=base64.b64encode(FILE.encode()).decode(), trained_file=base64.b64encode(TRAINED.encode()).decode(),
    )  # fmt: skip
