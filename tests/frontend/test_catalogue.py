"""Every part of the pages stands in the catalogue, in every state."""

import re
from pathlib import Path
from typing import get_args

import pytest

from frontend import components
from frontend.templatetags import samsyn

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates" / "frontend"
PARTS = sorted(path.name for path in (TEMPLATES / "components").glob("*.html"))
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for path in [TEMPLATES / "catalogue.html", *(TEMPLATES / "catalogue").glob("*.html")]
)

# Not drawn in the catalogue -> why, and what stands there instead.
DRAWN_OTHERWISE = {
    "live.html": "opens a socket; what it says in each state stands under Direkt",
}

DRAW_NOTHING = {"demo_logins", "risk_level", "initial"}
"""Gives the log-in page its people, and words inside other parts."""


@pytest.fixture
def page(client):
    return client.get("/komponenter/")


def test_every_component_is_drawn(page):
    drawn = {template.name.rpartition("/")[2] for template in page.templates if template.name}
    assert [name for name in PARTS if name not in drawn and name not in DRAWN_OTHERWISE] == []
    assert set(DRAWN_OTHERWISE) <= set(PARTS)


def test_every_tag_and_filter_is_used():
    tags = {name for name in samsyn.register.tags if not re.search(rf"{{% {name}\b", SOURCE)}
    used_inside = "".join(path.read_text(encoding="utf-8") for path in (TEMPLATES / "components").glob("*.html"))
    filters = {name for name in samsyn.register.filters if not re.search(rf"\|{name}\b", SOURCE + used_inside)}
    assert (tags - DRAW_NOTHING, filters - DRAW_NOTHING) == (set(), set())


def states():
    yield from (f"flag--{tone}" for tone in sorted(samsyn.TONES - {""}))
    yield from (f"note--{tone}" for tone in sorted(samsyn.NOTE_TONES - {""}))
    yield from (f'class="way {css}"' for css in samsyn.ORIENTATIONS.values())
    yield from (f"way__st {components._CSS[state]}" for state in get_args(components.StationState))
    yield from (f'<circle class="{css}"' for css in ("dn", "nw", "wt", "ok", "nx"))
    yield from ('class="lt"', "way__st is-now just", "act--main", "act__why", "acts-no", 'aria-disabled="true"')
    yield from ("is-hover", "is-focus", 'data-size="lg"', 'data-variant="tertiary"', "presence", "livedot")
    yield from (f'data-live="{state}"' for state in ("on", "away", "writing"))
    yield from ("arrived is-error", 'role="alert"', 'aria-invalid="true"', 'type="file"', " disabled", "choice--flat")
    yield from (
        "combo__list",
        "combo__note",
        "is-proposed",
        'class="chip"',
        "guard__mirror",
        'class="stop"',
        'class="warn"',
    )
    yield from ("is-new", "is-selected", "peek", "hit", "b3", "hist", "crumbs", 'rel="prev"', 'rel="next"', "empty")
    yield from ('class="sup"', "färre än 5, dolt", ">dolt<", "ingår inte", "numbers", 'class="mx"', 'class="big"')
    yield from ("look--light", "look--dark", "brand--s", 'class="tour"', 'class="term"', "nav__more")


@pytest.mark.parametrize("state", list(states()))
def test_every_state_is_shown(page, state):
    assert state in page.content.decode()


def test_every_form_of_a_chart_is_drawn_with_its_table(page):
    html = page.content.decode()
    assert html.count('<svg class="ch"') == 4
    assert html.count("Visa som tabell") == 4


def test_the_table_of_contents_leads_to_every_section(page):
    html = page.content.decode()
    contents = html[html.index('class="cattoc"') : html.index("</nav>", html.index('class="cattoc"'))]
    linked = set(re.findall(r'href="#([^"]+)"', contents))
    sections = set(re.findall(r'<section class="cat" id="([^"]+)"', html)) | set(re.findall(r'id="(del-[a-z]+)"', html))
    assert linked == sections
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted({each for each in ids if ids.count(each) > 1}) == []
