"""The accessibility statement is open to all, reached from every page, and says whom one tells."""

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from orgs.models import ProfileVersion

pytestmark = pytest.mark.django_db


def statement(client):
    response = client.get(reverse("accessibility"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "words",
    [
        "delvis förenlig med lagen (2018:1937) om tillgänglighet till digital offentlig service",
        "Innehåll som inte är tillgängligt",
        'href="https://www.digg.se/tdosanmalan"',
        "Vi åberopar inte undantaget för oskäligt betungande anpassning.",
        "Självskattning mot WCAG 2.2 AA",
        "Bedömningen gjordes och redogörelsen skrevs 22 november 2026.",
    ],
)
def test_it_says_what_the_law_asks_for_without_log_in(client, words):
    assert words in statement(client)


def test_without_log_in_every_county_says_whom_one_tells(client):
    html = statement(client)
    assert "Region Blekinge står bakom webbplatsen i Blekinge län." in html
    assert 'href="mailto:tillganglighet@varmland.example"' in html


def test_the_people_of_a_county_read_whom_to_turn_to_there(client, bo):
    client.force_login(bo)
    html = statement(client)
    assert 'href="mailto:tillganglighet@blekinge.example"' in html
    assert "varmland" not in html


def test_a_county_that_has_said_nobody_points_to_somebody_anyway(client, bo):
    version = ProfileVersion.objects.get(county__slug="blekinge")
    version.document.pop("accessibility")
    ProfileVersion.objects.create(
        county=version.county,
        number=9,
        active_from=timezone.localdate(),
        source="",
        document=version.document,
        checksum="x",
    )
    client.force_login(bo)
    html = statement(client)
    assert "mailto:" not in html
    assert "Vänd dig till den som sköter rollerna hos er." in html


@pytest.mark.parametrize("shell", ["frontend/base.html", "frontend/phone.html"])
def test_every_page_leads_to_it_even_one_without_a_request(shell):
    html = get_template(shell).render()
    assert '<a href="/tillganglighet/">Tillgänglighet</a>' in html


@pytest.mark.parametrize("address", ["/konto/login/", "/komponenter/", "/finns-inte/"])
def test_it_is_reached_without_log_in(client, address):
    assert 'href="/tillganglighet/"' in client.get(address).content.decode()
