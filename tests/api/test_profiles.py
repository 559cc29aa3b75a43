"""A county's profile through the API: everyone reads it, its administrator changes it, and only whole."""

import datetime

import pytest
from django.utils import timezone

from orgs.models import ProfileVersion
from orgs.profiles import loader

VERSIONS = "/api/v1/counties/blekinge/profile_versions/"
SOURCE = (loader.FOLDER / "blekinge.yaml").read_text()
CHANGED = SOURCE.replace("ages: 0-18", "ages: 0-17").replace("ages: 19-64", "ages: 18-64")


def test_every_version_is_listed_and_read_as_written(as_, anna):
    assert [(v["number"], v["in_force"]) for v in as_(anna).get(VERSIONS).json()] == [(1, True)]
    assert as_(anna).get(f"{VERSIONS}1/").json()["source"] == SOURCE
    assert as_(anna).get(f"{VERSIONS}99999999999999999999/").status_code == 404


def test_a_check_shows_what_changes_and_which_past_deviations_would_go_elsewhere(as_, ada, anna, filing):
    from deviations.services.filing import file

    file(filing(age=18), by=anna)
    seen = as_(ada).post(f"{VERSIONS}check/", {"source": CHANGED}).json()
    assert seen["points"] > 1000
    assert {d["before"] for d in seen["differences"]} >= {"0-18"}
    assert (seen["dry_run"]["seen"], seen["dry_run"]["moved"]) == (1, 1)
    assert seen["dry_run"]["moves"][0]["after"] == "Samverkansgrupp Vuxna"
    assert ProfileVersion.objects.filter(county__slug="blekinge").count() == 1


def test_activation_stores_the_next_version(as_, ada):
    answer = as_(ada).post(VERSIONS, {"source": CHANGED, "active_from": timezone.localdate().isoformat()})
    assert (answer.status_code, answer.json()["number"], answer.json()["in_force"]) == (201, 2, True)
    later = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    answer = as_(ada).post(VERSIONS, {"source": SOURCE, "active_from": later})
    assert (answer.status_code, answer.json()["number"], answer.json()["in_force"]) == (201, 3, False)


@pytest.mark.parametrize("source", [SOURCE.replace("ages: 19-64", "ages: 20-64"), "inte: en profil", "[", "a: &a [*a]"])
def test_a_profile_with_a_fault_is_refused_whole_with_every_fault(as_, ada, source):
    given = {"source": source, "active_from": timezone.localdate().isoformat()}
    for address in (VERSIONS, f"{VERSIONS}check/"):
        answer = as_(ada).post(address, given if address == VERSIONS else {"source": source})
        assert (answer.status_code, answer.json()["code"]) == (400, "profile_refused")
        assert {e["field"] for e in answer.json()["errors"]} == {"source"}
    assert ProfileVersion.objects.filter(county__slug="blekinge").count() == 1


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "cecilia", "lena"])
def test_nobody_else_checks_or_activates(as_, cast, name):
    client = as_(getattr(cast, name))
    assert client.post(f"{VERSIONS}check/", {"source": SOURCE}).status_code == 403
    given = {"source": SOURCE, "active_from": timezone.localdate().isoformat()}
    assert client.post(VERSIONS, given).status_code == 403


def test_no_token_changes_a_profile(system):
    client = system("members", "read").client
    answer = client.post(f"{VERSIONS}check/", {"source": SOURCE})
    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
    assert client.get(VERSIONS).status_code == 200
