"""Published reports of the prepared world: LSVO's with a copy to a board, a group's, and one in the other county."""

from tests.cast import body, unit
from tests.reports.shelf import copy, put
from tests.reports_content import content


def publish_reports(world):
    said = content()
    lsvo, group = body("blekinge", "lsvo"), body("blekinge", "sg_barn_unga")
    rows = {
        "lsvo_report": put(lsvo, content=said, year=2022),
        "lsvo_draft": put(lsvo, content=said, year=2023, status="draft"),
        "group_report": put(group, content=said, year=2022, template="group_year"),
        "varmland_report": put(body("varmland", "barnalivet"), content=said, year=2022, template="group_year"),
    }
    world.rows.own_copy = copy(rows["lsvo_report"], to_body=lsvo)
    region = unit("blekinge", "rb-bup").principal
    board = copy(rows["lsvo_report"], to_principal=region, board="Regionstyrelsen")
    world.name(uuid={name: row.public_id for name, row in rows.items()})
    world.name(number={"own_copy": world.rows.own_copy.pk, "board_copy": board.pk})
