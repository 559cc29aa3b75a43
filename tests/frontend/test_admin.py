"""The administration: versions of the profile, who holds which role, and what has got stuck."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from deviations.models import Delivery
from orgs.models import OrganisationMembership, ProfileVersion
from orgs.permissions import grant, keys_of
from orgs.profiles import loader
from orgs.profiles.schema import Profile
from tests.cast import body, person, unit
from tests.frontend.pages import text

TODAY = timezone.localdate()
SOURCE = (loader.FOLDER / "blekinge.yaml").read_text(encoding="utf-8")


@pytest.fixture
def post(client):
    def of(who, name, *args, **given):
        client.force_login(who)
        return client.post(reverse(name, args=args), given)

    return of


def changed(**limits):
    """Blekinge's profile with other limits, as YAML."""
    document = loader.to_json(loader.load(SOURCE))
    document["limits"] = {**document["limits"], **limits}
    return loader.to_yaml(Profile.model_validate(document))


# ── who administers ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ada", 200),
        ("bo", 200),
        ("maria", 200),
        ("cecilia", 200),
        ("anna", 404),
        ("berit", 404),
        ("lena", 404),
        ("disa", 404),
    ],
)
def test_the_administration_is_for_those_who_answer_for_something(get, cast, name, status):
    assert get(getattr(cast, name), "administration").status_code == status
    assert get(getattr(cast, name), "places").status_code == status


@pytest.mark.parametrize("view", ["profile_versions", "profile_check"])
def test_the_profile_is_the_administrators(get, cast, view):
    assert get(cast.ada, view, "blekinge").status_code == 200
    response = get(cast.bo, view, "blekinge")
    assert response.status_code == 403
    assert "Bara länets administratör" in text(response)
    for who in (cast.cecilia, cast.disa):
        assert get(who, view, "blekinge").status_code == 404
    assert get(cast.ada, view, "varmland").status_code == 404
    assert get(cast.ada, view, "narke").status_code == 404


def test_nobody_else_activates(post, cast):
    for name, status in (("bo", 403), ("anna", 403), ("cecilia", 404), ("disa", 404)):
        response = post(
            getattr(cast, name), "profile_activate", "blekinge", source=SOURCE, from_date=TODAY, reviewed="on"
        )
        assert (name, response.status_code) == (name, status)
    assert ProfileVersion.objects.filter(county__slug="blekinge").count() == 1


# ── the profile ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_versions_are_listed_and_one_is_shown_and_saved_as_a_file(get, ada):
    html = text(get(ada, "profile_versions", "blekinge"))
    assert "Gäller sedan 1 januari 2020" in html
    shown = text(get(ada, "profile_version", "blekinge", 1))
    assert "Samverkansgrupp Barn och unga" in shown
    assert "sg_barn_unga" not in shown  # each rule says the name of the body, never its key in the file
    exported = get(ada, "profile_export", "blekinge", 1)
    assert exported["Content-Disposition"] == 'attachment; filename="blekinge-version-1.yaml"'
    assert loader.load(text(exported)) == loader.load(SOURCE)
    assert get(ada, "profile_version", "blekinge", 2).status_code == 404
    assert get(ada, "profile_export", "blekinge", 2).status_code == 404


def test_a_pasted_profile_is_shown_with_what_it_changes_the_proof_and_the_dry_run(post, ada, filed):
    html = text(post(ada, "profile_check", "blekinge", source=changed(answer={"days": 45})))
    assert re.search(r'<td class="old"><del>\d+</del></td><td class="new"><ins>45</ins></td>', html)
    assert "hål: fall utan ansvarigt organ" in html
    assert "Provkörning på 1 tidigare avvikelser" in html
    assert "1 når samma organ som förut, 0 byter." in html
    assert ProfileVersion.objects.filter(county__slug="blekinge").count() == 1


def test_an_uploaded_file_is_read(post, ada):
    file = SimpleUploadedFile("blekinge.yaml", changed(answer={"days": 45}).encode())
    assert "<ins>45</ins>" in text(post(ada, "profile_check", "blekinge", file=file))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source": ""}, "Välj en fil eller klistra in profilen."),
        ({"source": "county: [1, 2"}, "går inte att läsa som YAML"),
        ({"source": "county: 5"}, "Profilen kan inte användas"),
        ({"source": (loader.FOLDER / "varmland.yaml").read_text()}, "Filen gäller"),
        ({"file": SimpleUploadedFile("bild.png", b"\x89PNG\r\n\x1a\n\xff")}, "Filen är inte text i UTF-8."),
    ],
)
def test_a_faulty_profile_is_refused_with_every_fault(post, ada, given, words):
    response = post(ada, "profile_check", "blekinge", **given)
    assert response.status_code == 422
    assert words in text(response)
    if "source" in given:
        assert escape(given["source"].split("\n")[0]) in text(response)


def test_a_profile_is_activated_from_a_day(post, get, ada):
    day = TODAY + datetime.timedelta(days=30)
    response = post(
        ada,
        "profile_activate",
        "blekinge",
        source=changed(answer={"days": 45}),
        from_date=day.isoformat(),
        reviewed="on",
    )
    assert response["Location"] == reverse("profile_version", args=["blekinge", 2])
    html = text(get(ada, "profile_version", "blekinge", 2))
    assert "Version 2 gäller från" in html
    assert "<ins>45</ins>" in html
    assert "av Ada Almgren" in html
    assert "Börjar gälla" in text(get(ada, "profile_versions", "blekinge"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from_date": ""}, "Välj en dag."),
        ({"from_date": "snart"}, "Datumet går inte att läsa."),
        ({"reviewed": ""}, "Kryssa i att du sett över bytena."),
        ({"from_date": "2019-01-01"}, "kan inte börja gälla tidigare"),
    ],
)
def test_an_activation_that_lacks_something_changes_nothing(post, ada, given, words):
    source = changed(answer={"days": 45})
    response = post(
        ada,
        "profile_activate",
        "blekinge",
        **{"source": source, "from_date": TODAY.isoformat(), "reviewed": "on", **given},
    )
    assert response.status_code == 422
    assert words in text(response)
    assert ProfileVersion.objects.filter(county__slug="blekinge").count() == 1


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_answers_for_their_own_places(get, ada, bo, maria):
    places = {
        who.name: re.findall(r'<h3><a href="/administration/roller/[^"]+">([^<]+)</a>', text(get(who, "places")))
        for who in (ada, bo, maria)
    }
    assert places["Bo Berg"] == ["Samverkansgrupp Barn och unga"]
    assert places["Maria Mattsson"] == ["Elevhälsan, Karlskrona kommun"]
    assert {"Elevhälsan, Karlskrona kommun", "Samverkansgrupp Barn och unga", "BUP, Region Blekinge"} <= set(
        places["Ada Almgren"]
    )
    assert "Inget du ansvarar för heter så" in text(get(bo, "places", q="raketer"))


def test_the_members_of_a_place_are_listed_with_those_who_were(get, bo):
    html = text(get(bo, "members", "body", body("blekinge", "sg_barn_unga").pk))
    held, was = html.split("Har haft en roll")
    assert "Bo Berg" in held
    assert "Disa Dahl" not in held
    assert "Disa Dahl" in was


def test_a_role_is_given_from_a_day_until_another(post, get, bo):
    siv = person("siv", "Siv Sand")
    place = body("blekinge", "sg_barn_unga")
    until = TODAY + datetime.timedelta(days=100)
    response = post(
        bo, "members", "body", place.pk, user=" Siv@example.se", role="member", valid_from=TODAY.isoformat(),
        valid_until=until.isoformat(),
    )  # fmt: skip
    assert response.status_code == 302
    held = place.memberships.get(user=siv)
    assert (held.role, held.valid_from, held.valid_until, held.granted_by) == ("member", TODAY, until, bo)
    assert "Siv Sand har nu rollen." in text(get(bo, "members", "body", place.pk))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"user": "finns.inte@example.se"}, "Ingen med den e-postadressen har ett konto."),
        ({"user": "anna"}, "Adressen går inte att läsa."),
        ({"role": "county_administrator"}, "Välj ett av alternativen."),
        ({"role": ""}, "Välj en roll."),
        ({"valid_from": ""}, "Välj en dag."),
        ({"valid_until": "2020-01-01"}, "Sista dagen kan inte vara före den första."),
    ],
)
def test_a_role_that_cannot_be_given_is_told_at_the_field(post, bo, anna, given, words):
    place = body("blekinge", "sg_barn_unga")
    filled = {"user": anna.email, "role": "member", "valid_from": TODAY.isoformat(), **given}
    response = post(bo, "members", "body", place.pk, **filled)
    assert response.status_code == 422
    assert words in text(response)
    assert not place.memberships.filter(user=anna).exists()


def test_a_role_is_ended_at_once(post, client, ada, bo, filed):
    place = body("blekinge", "sg_barn_unga")
    held = place.memberships.get(user=bo)
    assert post(ada, "end_membership", "body", place.pk, held.pk).status_code == 302
    assert keys_of(bo).roles == ()
    held.refresh_from_db()
    assert held.ended_by == ada
    assert post(ada, "end_membership", "body", place.pk, held.pk).status_code == 302, "pressed twice"


def test_one_who_answers_for_another_place_in_the_county_is_told_so(get, post, bo, maria, anna):
    bup = unit("blekinge", "rb-bup")
    for who in (bo, maria):
        response = get(who, "members", "organisation", bup.pk)
        assert response.status_code == 403
        assert "Bara den som ansvarar för behörigheter här kan ändra dem." in text(response)
        post(who, "members", "organisation", bup.pk, user=anna.email, role="reporter", valid_from=TODAY.isoformat())
    assert not OrganisationMembership.objects.filter(user=anna, content_object=bup).exists()


def test_of_another_countys_places_nothing_is_said(get, post, cecilia, disa, ada, bo):
    place = body("blekinge", "sg_barn_unga")
    held = place.memberships.get(user=bo)
    for who in (cecilia, disa):
        assert get(who, "members", "body", place.pk).status_code == 404
        assert post(who, "end_membership", "body", place.pk, held.pk).status_code == 404
    assert get(ada, "members", "body", body("varmland", "barnalivet").pk).status_code == 404
    assert get(ada, "members", "planet", 1).status_code == 404
    assert keys_of(bo).roles != ()


def test_a_membership_is_ended_only_where_it_is_held(post, ada, bo, maria):
    held = body("blekinge", "sg_barn_unga").memberships.get(user=bo)
    other = body("blekinge", "lsvo")
    assert post(ada, "end_membership", "body", other.pk, held.pk).status_code == 404
    held.refresh_from_db()
    assert held.ended_at is None


def test_the_list_asks_as_often_for_thirty_members_as_for_one(get, ada):
    place = unit("blekinge", "rb-bup")
    counts = []
    for more in (1, 29):
        for _number in range(more):
            number = OrganisationMembership.objects.count()
            grant(person(f"p{number}", f"P {number}"), "reporter", place, by=None)
        get(ada, "members", "organisation", place.pk)
        with CaptureQueriesContext(connection) as asked:
            get(ada, "members", "organisation", place.pk)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── stuck ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def alarmed(filed):
    long_ago = timezone.now() - datetime.timedelta(days=3)
    Delivery.objects.update(due_at=long_ago, alarmed_at=long_ago)
    return filed


def test_what_nobody_has_opened_is_shown_by_number_to_those_above_and_opens_to_those_who_may(get, ada, bo, alarmed):
    above = text(get(ada, "stuck"))
    assert alarmed.reference in above
    assert str(alarmed.public_id) not in above
    assert alarmed.title not in above
    assert reverse("deviation", args=[alarmed.public_id]) in text(get(bo, "stuck"))
    assert "1 avvikelse har ingen öppnat i tid." in text(get(ada, "administration"))


@pytest.mark.parametrize(
    ("name", "status"), [("cecilia", 200), ("anna", 404), ("maria", 404), ("lena", 404), ("disa", 404)]
)
def test_nobody_else_hears_of_it(get, cast, alarmed, name, status):
    response = get(getattr(cast, name), "stuck")
    assert response.status_code == status
    assert alarmed.reference not in text(response)
