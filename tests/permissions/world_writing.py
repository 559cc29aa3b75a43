"""A report that is being written in the prepared world: the group's draft, with its numbers there."""

import datetime as dt

from deviations.learning.counts import Cell, Protected
from deviations.models import LearningReport, Snapshot
from deviations.reports import snapshots, stored
from deviations.services import learning_reports
from tests.cast import body
from tests.reports.shelf import AT

YEAR = 2021


def write_report(world, today):
    group, root = body("blekinge", "sg_barn_unga"), body("blekinge", "regionchefsgruppen")
    first, last = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 1)
    told = Protected(5, {"filed|own:sg_barn_unga": Cell(31), "filed|all:lsvo": Cell(None)})
    snapshot = Snapshot.objects.create(
        code="S-2021-BL-01", county=group.county, root=root, first_month=first, last_month=last, status="ready",
        cut_off=AT, shown=stored.of_shown(told, {}), definitions=snapshots.definitions(), checksum="a" * 64,
        asked_at=AT, progress=100,
    )  # fmt: skip
    draft = LearningReport.objects.create(
        body=group, template="group_year", title="Samverkansgrupp Barn och unga 2021", first_month=first,
        last_month=last, snapshot=snapshot, created_at=AT, created_by=world.users["bo"],
    )  # fmt: skip
    world.name(uuid={"group_draft": draft.public_id})
    world.named["last_year"] = today.year - 1
    world.named["group_draft_read"] = learning_reports.preview(draft).checksum()
