"""Each county's pages wear its own name, logo and colour; the house's where it has none."""

import datetime

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from deviations.services import profiles
from frontend import look
from orgs.models import County, ProfileVersion
from orgs.profiles import colours, loader

pytestmark = pytest.mark.django_db
VARMLAND = "/utseende/1/1F4E8C.css"
LOGO = "/utseende/varmland/1/logotyp.png"


def page_of(client, who, **query):
    client.force_login(who)
    return client.get(reverse("home"), query).content.decode()


def activate(slug, *, on, **parts):
    document = {**loader.to_json(loader.shipped(slug)), **parts}
    county = County.objects.get(slug=slug)
    return profiles.activate(county, yaml.safe_dump(document, allow_unicode=True), from_date=on, by=None)


def test_people_of_a_county_see_its_name_logo_and_colour(client, cecilia):
    html = page_of(client, cecilia)
    assert f'<link rel="stylesheet" href="{VARMLAND}">' in html
    assert f'<img class="brand__logo" src="{LOGO}" alt="Värmlands län">' in html
    assert 'aria-label="Samsyn Värmland, till startsidan"' in html
    assert "– Samsyn Värmland</title>" in html


def test_a_county_without_a_look_has_the_houses_and_nothing_of_another(client, bo):
    html = page_of(client, bo)
    assert "/utseende/" not in html
    assert "brand__logo" not in html
    assert "– Samsyn</title>" in html
    assert 'aria-label="Samsyn, till startsidan"' in html


def test_the_address_of_another_county_changes_nothing_for_those_who_are_logged_in(client, bo):
    assert "/utseende/" not in page_of(client, bo, lan="varmland")


@pytest.mark.parametrize(
    ("query", "shown"),
    [({}, False), ({"lan": "varmland"}, True), ({"lan": "blekinge"}, False), ({"lan": "../x"}, False)],
)
def test_the_log_in_page_wears_the_look_of_the_county_in_its_address(client, query, shown):
    response = client.get("/konto/login/", query)
    html = response.content.decode()
    assert (VARMLAND in html, LOGO in html) == (shown, shown)
    if shown:
        assert 'action="/konto/login/?lan=varmland"' in html  # so that it stays when the password is wrong


def test_an_installation_with_one_county_wears_its_look_from_the_log_in_page_on(client):
    ProfileVersion.objects.exclude(county__slug="varmland").update(
        active_from=timezone.localdate() + datetime.timedelta(1)
    )
    assert VARMLAND in client.get("/konto/login/").content.decode()


def test_the_stylesheet_is_the_colour_in_light_and_dark_and_is_kept_for_a_year(client):
    response = client.get(VARMLAND)
    light, dark = colours.light("#1F4E8C"), colours.dark("#1F4E8C")
    text = response.content.decode()
    assert text.startswith(f":root {{ --teal: #1F4E8C; --teal-hover: {light.hover}; --teal-tint: {light.tint};")
    assert text.count(f"--teal: {dark.colour};") == 2
    assert [word for word in ("ochre", "moss", "brick", "heat") if word in text] == []
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "address",
    ["/utseende/2/1F4E8C.css", "/utseende/1/E07A00.css", "/utseende/1/1f4e8c.css", "/utseende/1/E07A00/prov.css"],
)
def test_no_other_stylesheet_is_made(client, address):
    assert client.get(address).status_code == 404


def test_the_logo_is_a_picture_that_can_run_nothing_and_is_open_to_all(client, bo):
    response = client.get(LOGO)
    assert response.content == loader.shipped("varmland").appearance.logo_png()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    client.force_login(bo)
    assert client.get(LOGO).content == response.content


def test_a_logo_is_not_shown_before_its_day_and_stays_at_its_address_after(client):
    today = timezone.localdate()
    appearance = loader.to_json(loader.shipped("varmland"))["appearance"]
    activate("varmland", on=today + datetime.timedelta(days=3), appearance={**appearance, "colour": "#7A2E6B"})
    assert client.get("/utseende/varmland/2/logotyp.png").status_code == 404
    assert client.get(LOGO).status_code == 200
    assert client.get("/utseende/blekinge/1/logotyp.png").status_code == 404


def test_a_new_look_is_worn_from_its_day(client, cecilia):
    activate("varmland", on=timezone.localdate(), appearance={"colour": "#7A2E6B"})
    html = page_of(client, cecilia)
    assert "/utseende/1/7A2E6B.css" in html
    assert "brand__logo" not in html


def test_who_approves_a_profile_sees_how_it_will_look(client, ada):
    client.force_login(ada)
    document = {
        **loader.to_json(loader.shipped("blekinge")),
        "appearance": {"name": "Samverkan BL", "colour": "#7A2E6B"},
    }
    source = yaml.safe_dump(document, allow_unicode=True)
    html = client.post(reverse("profile_check", args=["blekinge"]), {"source": source}).content.decode()
    assert "/utseende/1/7A2E6B/prov.css" in html
    assert "Ljust, kontrast 7,6:1" in html
    assert "<ins>namn: Samverkan BL; färg: #7A2E6B</ins>" in html


def test_a_look_that_cannot_be_read_is_refused_where_it_is_read_in(client, ada):
    client.force_login(ada)
    document = {**loader.to_json(loader.shipped("blekinge")), "appearance": {"colour": "#E07A00"}}
    response = client.post(
        reverse("profile_check", args=["blekinge"]), {"source": yaml.safe_dump(document, allow_unicode=True)}
    )
    assert response.status_code == 422
    assert "närmaste färg som räcker är #A55A00" in response.content.decode()


def test_the_preview_has_both_schemes_whichever_the_reader_has(client):
    text = client.get("/utseende/1/1F4E8C/prov.css").content.decode()
    assert text.count("--page: #FBFAF7;") == text.count("--page: #12171D;") == 1


def test_the_houses_colour_is_the_one_of_the_tokens():
    assert look.HOUSE == "#0B5C63"
    assert colours.readability(look.HOUSE) >= colours.AA
