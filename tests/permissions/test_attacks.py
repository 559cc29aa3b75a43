"""What somebody would try who means harm: the exact request, and what it is answered."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from api import tokens
from deviations.models import Deviation, HistoryEntry, Invitation, Party
from deviations.services import handling
from deviations.services.filing import file, save_draft
from deviations.services.form import Filing
from deviations.visible import reading_keys
from orgs.models import BodyMembership, OrganisationMembership, User
from orgs.permissions import grant, keys_of
from orgs.profiles import loader
from tests.cast import body, person, unit
from tests.permissions.sending import codes, logged_in, now, send
from tests.permissions.steps import TEXTS, ready_for

pytestmark = pytest.mark.django_db


# ── rows of another deviation, another person, another county ────────────────────────────────────────────────────────
def test_a_step_takes_no_measure_or_invitation_of_another_deviation(cast, filing):
    own, _by = ready_for("check_effect", filing, cast)
    other, _by = ready_for("check_effect", filing, cast)
    invitation = handling.invite(now(other), user=cast.maria, reason="Känner rutinen.", by=cast.bo)
    measure = other.measures.get().pk
    address = f"/api/v1/deviations/{own.public_id}"
    assert codes(send(cast.bo, f"{address}/carry_out/", measure=measure)) == {"measure": "does_not_exist"}
    given = {"measure": measure, "effect": "verified", "comment": "Ja."}
    assert codes(send(cast.bo, f"{address}/check_effect/", **given)) == {"measure": "does_not_exist"}
    ended = send(cast.bo, f"{address}/end_invitation/", invitation=invitation.pk)
    assert codes(ended) == {"invitation": "does_not_exist"}
    page = f"/avvikelse/{own.public_id}"
    assert logged_in(cast.bo).post(f"{page}/check_effect/", given).status_code == 422
    assert logged_in(cast.bo).post(f"{page}/end_invitation/", {"invitation": invitation.pk}).status_code == 422
    assert Invitation.objects.get().ended_at is None


def test_a_draft_is_its_authors_alone(cast, filing):
    draft = save_draft(filing(), by=cast.anna)
    for user in (cast.maria, cast.bo, cast.cecilia, cast.disa):
        for step in ("submit", "discard"):
            assert send(user, f"/api/v1/deviations/{draft.public_id}/{step}/").status_code == 404
        for step in ("", "berors/", "se-over/", "kasta/"):
            answer = logged_in(user).post(f"/anmal/{draft.public_id}/{step}", {"happened": "Mitt nu."})
            assert answer.status_code == 404
    assert (now(draft).state, now(draft).happened) == ("draft", draft.happened)


def test_a_key_of_one_person_says_nothing_to_another(cast, filled_in):
    first = send(cast.anna, "/api/v1/deviations/", **filled_in())
    second = send(cast.maria, "/api/v1/deviations/", **filled_in())
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["public_id"] != second.json()["public_id"]


@pytest.mark.parametrize("who", ["cecilia", "disa", "lena", "ada"])
def test_a_stranger_takes_no_step_and_cannot_tell_that_there_is_anything(cast, filed, who):
    for step in TEXTS:
        assert send(getattr(cast, who), f"/api/v1/deviations/{filed.public_id}/{step}/").status_code == 404
        assert logged_in(getattr(cast, who)).post(f"/avvikelse/{filed.public_id}/{step}/").status_code == 404
    assert HistoryEntry.objects.count() == 1


# ── rights ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("who", "role", "place"),
    [
        ("maria", "unit_manager", ("organisation", "blekinge", "1080")),
        ("maria", "safety_officer", ("organisation", "blekinge", "rb-bup")),
        ("maria", "coordinator", ("body", "blekinge", "sg_barn_unga")),
        ("bo", "coordinator", ("body", "blekinge", "sg_vuxna")),
        ("bo", "safety_officer", ("organisation", "blekinge", "1080-elevhalsan")),
        ("ada", "coordinator", ("body", "varmland", "barnalivet")),
        ("ada", "unit_manager", ("organisation", "varmland", "rv-bup")),
        ("berit", "unit_manager", ("organisation", "blekinge", "rb-bup")),
        ("anna", "unit_manager", ("organisation", "blekinge", "1080-elevhalsan")),
        ("disa", "coordinator", ("body", "blekinge", "sg_barn_unga")),
    ],
)
def test_nobody_gives_a_role_outside_what_they_answer_for(cast, who, role, place):
    kind, county, key = place
    found = body(county, key) if kind == "body" else root_or_unit(county, key)
    user = getattr(cast, who)
    before = reading_keys(keys_of(user))
    answer = send(user, "/api/v1/memberships/", **{kind: found.pk, "user": user.email, "role": role})
    assert answer.status_code == 403
    form = {"user": user.email, "role": role, "valid_from": timezone.localdate().isoformat()}
    page = logged_in(user).post(f"/administration/roller/{kind}/{found.pk}/", form)
    assert page.status_code in {403, 404}
    assert reading_keys(keys_of(user)) == before


def root_or_unit(county, key):
    return unit(county, "1080-elevhalsan").principal if key == "1080" else unit(county, key)


def test_a_role_never_ends_before_it_begins(maria, anna):
    elevhalsan = unit("blekinge", "1080-elevhalsan").pk
    given = {"organisation": elevhalsan, "user": anna.email, "role": "investigator", "valid_until": "2020-01-01"}
    assert codes(send(maria, "/api/v1/memberships/", **given)) == {"valid_until": "before_first"}


def test_the_counties_profiles_are_their_own_administrators(ada):
    source = (loader.FOLDER / "varmland.yaml").read_text()
    day = timezone.localdate().isoformat()
    given = {"source": source, "from_date": day, "reviewed": "on"}
    assert logged_in(ada).post("/administration/profil/varmland/aktivera/", given).status_code == 404
    assert logged_in(ada).post("/administration/profil/blekinge/aktivera/", given).status_code == 422
    answer = send(ada, "/api/v1/counties/blekinge/profile/activate/", source=source, from_date=day)
    assert answer.status_code in {400, 404}


def test_a_token_is_revoked_though_its_account_holds_roles_elsewhere(maria, cecilia):
    expires = timezone.now() + datetime.timedelta(days=9)
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    token, _written = tokens.issue(elevhalsan, name="System", scopes=["read"], expires_at=expires, by=maria)
    grant(token.account, "investigator", unit("blekinge", "rb-bup"), by=None)
    grant(token.account, "coordinator", body("varmland", "barnalivet"), by=cecilia)
    answer = send(maria, f"/api/v1/tokens/{token.prefix}/revoke/")
    assert answer.status_code == 200
    held = {"user": token.account, "ended_at__isnull": True}
    assert not OrganisationMembership.objects.filter(**held).exists()
    assert not BodyMembership.objects.filter(**held).exists()
    assert User.objects.get(pk=token.account_id).is_active is False


@pytest.mark.parametrize(("scopes", "status"), [(["answer"], 403), (["handle"], 200)])
def test_a_token_to_answer_with_does_not_decline_for_the_group(maria, filed, scopes, status):
    expires = timezone.now() + datetime.timedelta(days=9)
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    token, written = tokens.issue(elevhalsan, name="System", scopes=scopes, expires_at=expires, by=maria)
    grant(token.account, "coordinator", body("blekinge", "sg_barn_unga"), by=None)
    given = {"reason": "other_legal_ground", "comment": "Gäller vuxna.", "to": body("blekinge", "sg_vuxna").pk}
    bearer = {"Authorization": f"Bearer {written}"}
    address = f"/api/v1/deviations/{filed.public_id}/decline/"
    assert Client().post(address, given, content_type="application/json", headers=bearer).status_code == status
    assert now(filed).bounces == (status == 200)


def test_a_closed_account_is_out_at_once_everywhere(cast, filed):
    client = logged_in(cast.bo)
    expires = timezone.now() + datetime.timedelta(days=9)
    token, written = tokens.issue(
        unit("blekinge", "1080-elevhalsan"), name="System", scopes=["read"], expires_at=expires, by=cast.maria
    )
    User.objects.filter(pk__in=[cast.bo.pk, token.account_id]).update(is_active=False)
    assert client.get(f"/avvikelse/{filed.public_id}/").status_code == 302
    assert client.get("/api/v1/deviations/").status_code in {401, 403}
    bearer = {"Authorization": f"Bearer {written}"}
    assert Client().get("/api/v1/deviations/", headers=bearer).status_code == 401


def test_an_invitation_opens_one_deviation_and_nothing_of_home(cast, filing):
    ines = person("ines", "Ines Isaksson")
    grant(ines, "reporter", unit("blekinge", "rb-vardcentral"), by=None)
    opened, other = file(filing(), by=cast.anna), file(filing(happened="En annan gång."), by=cast.anna)
    invitation = handling.invite(opened, user=ines, reason="Känner rutinen.", by=cast.bo)
    client = logged_in(ines)
    assert client.get(f"/api/v1/deviations/{opened.public_id}/").json()["open_parts"] == []
    assert client.get(f"/api/v1/deviations/{other.public_id}/").status_code == 404
    page = client.get(f"/avvikelse/{opened.public_id}/").content.decode()
    assert ("EH-17" in page, "Anna Andersson" in page, "anna@" in page) == (False, False, False)
    handling.end_invitation(invitation, by=cast.bo)
    assert client.get(f"/api/v1/deviations/{opened.public_id}/").status_code == 404
    assert not Party.objects.filter(person=ines).exists()


# ── when the year turns ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("at", "year"), [("2026-12-31T22:30:00Z", 2026), ("2026-12-31T22:59:59Z", 2026), ("2026-12-31T23:00:00Z", 2027)]
)
def test_the_year_turns_at_midnight_in_sweden(cast, filing, time_machine, at, year):
    reporting = filing()
    time_machine.move_to(at, tick=False)
    given = {name: getattr(reporting, name) for name in reporting.__slots__}
    filed = file(Filing(**{**given, "occurred_on": timezone.localdate()}), by=cast.anna)
    assert (filed.year, filed.reference) == (year, f"{year}-0001")
    local = timezone.localtime(filed.deliveries.get().due_at)
    assert local.isoformat()[:16] == f"{filed.triage_due_on + datetime.timedelta(days=1)}T00:00"


def test_a_role_holds_its_whole_last_day_and_no_longer(anna, bo, filed, time_machine):
    held = BodyMembership.objects.get(user=bo, ended_at__isnull=True)
    grant(bo, "coordinator", held.content_object, by=None, valid_until=datetime.date(2027, 1, 15))
    time_machine.move_to("2027-01-15T22:59:59Z", tick=False)
    assert Deviation.objects.visible_to(bo).count() == 1
    time_machine.move_to("2027-01-15T23:00:00Z", tick=False)
    assert Deviation.objects.visible_to(bo).count() == 0
