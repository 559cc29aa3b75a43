"""A unit's year and sheet, and one's choice of letters, as other systems read them."""

import pytest

from deviations import clock
from deviations.units import apt
from tests.cast import unit

pytestmark = pytest.mark.django_db


def test_the_year_has_twelve_months_and_what_was_filed(client, filed, maria):
    client.force_login(maria)
    said = client.get(f"/api/v1/organisations/{unit('blekinge', '1080-elevhalsan').pk}/year/").json()
    assert (said["name"], said["filed"], len(said["months"]), said["silence"]) == (
        "Elevhälsan, Karlskrona kommun", 1, 12, "",
    )  # fmt: skip


def test_the_sheet_is_that_of_the_quarter_asked_for(client, filed, maria):
    client.force_login(maria)
    address = f"/api/v1/organisations/{unit('blekinge', '1080-elevhalsan').pk}/sheet/"
    now = apt.periods(clock.today())[-1]
    assert client.get(address, {"quarter": now.key}).json()["filed"] == 1
    assert client.get(address).json()["filed"] == 0
    assert client.get(address, {"quarter": "1999-1"}).status_code == 404
    assert client.get(address, {"quarter": "nu"}).status_code == 400


def test_one_chooses_how_often_to_get_letters(client, anna):
    client.force_login(anna)
    address = "/api/v1/me/mail/"
    assert client.get(address).json() == {"mail": "at_once"}
    assert client.put(address, {"mail": "never"}, content_type="application/json").json() == {"mail": "never"}
    assert client.put(address, {"mail": "ibland"}, content_type="application/json").status_code == 400
    assert client.get(address).json() == {"mail": "never"}
