"""Granting, ending and asking: `grant`, `end`, `keys_of`, `holders` and Django's own `has_perm`."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.models import BodyMembership, OrganisationMembership, User
from orgs.models.memberships import MembershipWrittenOutsideAction
from orgs.permissions import NOBODY, NotAllowed, end, grant, holders, keys_of, may_manage_members, rights_read_once
from orgs.roles import Ability
from tests.cast import body, unit

REFUSED = "Bara den som ansvarar för behörigheter här kan ändra dem."


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def stranger(cast):
    return User.objects.create_user("nina@example.se", None, name="Nina Nord")


@pytest.fixture
def elevhalsan(cast):
    return unit("blekinge", "1080-elevhalsan")


@pytest.fixture
def kommunen(elevhalsan):
    return elevhalsan.principal


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


# ── from day to day ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("from_day", "to_day", "held"),
    [
        (0, None, True),  # the first day counts
        (1, None, False),  # tomorrow has not come
        (-30, 0, True),  # the last day counts
        (-30, -1, False),  # yesterday is over
        (0, 0, True),  # one day only
    ],
)
def test_a_role_is_held_from_its_first_day_to_its_last(stranger, group, today, from_day, to_day, held):
    until = None if to_day is None else today + timedelta(days=to_day)
    grant(stranger, "coordinator", group, by=None, valid_from=today + timedelta(days=from_day), valid_until=until)
    assert keys_of(stranger).on_body(Ability.READ, group.pk) is held
    assert stranger.has_perm("orgs.coordinator", group) is held
    assert (stranger.pk in holders(Ability.READ, bodies=[group.pk])) is held


def test_an_ended_role_opens_nothing_and_stays_as_a_record(disa, group):
    assert keys_of(disa).bodies == {}
    assert disa.has_perm("orgs.coordinator", group) is False
    assert disa.pk not in holders(Ability.READ, bodies=[group.pk])
    assert BodyMembership.objects.filter(user=disa, ended_at__isnull=False).count() == 1


def test_a_role_can_be_held_again_after_it_ended(disa, group):
    grant(disa, "coordinator", group, by=None)
    assert keys_of(disa).on_body(Ability.HANDLE, group.pk) is True
    assert BodyMembership.objects.filter(user=disa).count() == 2


def test_ending_acts_within_the_same_request(stranger, group):
    held = grant(stranger, "member", group, by=None)
    with rights_read_once():
        assert keys_of(stranger).on_body(Ability.READ, group.pk) is True
        end(held, by=None)
        assert keys_of(stranger).on_body(Ability.READ, group.pk) is False


def test_granting_a_role_that_is_held_changes_its_last_day_and_nothing_else(stranger, group, today):
    first = grant(stranger, "member", group, by=None)
    again = grant(stranger, "member", group, by=None, valid_until=today + timedelta(days=9))
    assert again.pk == first.pk
    assert BodyMembership.objects.get(user=stranger).valid_until == today + timedelta(days=9)


def test_the_database_refuses_the_same_open_role_twice(stranger, group):
    held = grant(stranger, "member", group, by=None)
    twin = BodyMembership(user=stranger, permission=held.permission, content_object=group, valid_from=held.valid_from)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(in_action=True)


# ── in the tree ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_role_on_the_principal_reaches_every_unit_by_one_key(stranger, kommunen, elevhalsan):
    grant(stranger, "safety_officer", kommunen, by=None)
    keys = keys_of(stranger)
    assert keys.principals[Ability.READ] == {kommunen.pk}
    assert keys.organisations[Ability.READ] == {kommunen.pk}
    assert keys.on_organisation(Ability.READ, elevhalsan.pk, kommunen.pk) is True
    assert stranger.has_perm("orgs.safety_officer", elevhalsan) is True
    assert stranger.pk in holders(Ability.READ, paths=[elevhalsan.path])


def test_a_role_on_a_unit_reaches_neither_its_principal_nor_its_siblings(maria, kommunen, elevhalsan):
    siblings = type(elevhalsan).objects.filter(parent=elevhalsan.parent).exclude(pk=elevhalsan.pk)
    assert siblings.exists()
    for elsewhere in [kommunen, *siblings]:
        assert keys_of(maria).on_organisation(Ability.READ, elsewhere.pk, kommunen.pk) is False
        assert maria.has_perm("orgs.unit_manager", elsewhere) is False
        assert maria.pk not in holders(Ability.READ, paths=[elsewhere.path])


def test_an_administration_whose_id_begins_like_another_does_not_reach_its_units(stranger, county_blekinge):
    def organisation(pk, parent=None):
        made = type(unit("blekinge", "rb-bup"))(
            pk=pk, county=county_blekinge, key=f"prov-{pk}", kind="region", name=f"Prov {pk}", parent=parent
        )
        made.path = f"{parent.path if parent else '/'}{pk}/"
        made.principal = parent.principal if parent else made
        made.save()
        return made

    root = organisation(70000)
    short, long = organisation(70001, root), organisation(700011, root)
    below_short, below_long = organisation(70002, short), organisation(70003, long)
    grant(stranger, "investigator", short, by=None)
    assert keys_of(stranger).organisations[Ability.READ] == {short.pk, below_short.pk}
    assert stranger.has_perm("orgs.investigator", below_long) is False


def test_the_same_role_in_another_county_is_another_key(bo, cecilia, group):
    assert keys_of(bo).on_body(Ability.HANDLE, group.pk) is True
    assert keys_of(cecilia).on_body(Ability.HANDLE, group.pk) is False
    assert cecilia.has_perm("orgs.coordinator", group) is False
    assert holders(Ability.HANDLE, bodies=[group.pk]) == {bo.pk}


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_the_anonymous_and_an_inactive_account_hold_nothing(bo):
    User.objects.filter(pk=bo.pk).update(is_active=False)
    bo.refresh_from_db()
    assert [keys_of(user) for user in (None, AnonymousUser(), bo)] == [NOBODY] * 3


def test_a_superuser_holds_what_anyone_else_would(cast, group, elevhalsan):
    root = User.objects.create_superuser("root@example.se", None, name="Rot")
    assert keys_of(root).bodies == {}
    # Django answers yes for every superuser before it asks a backend; nothing in the house may lean on that answer.
    assert all(not may_manage_members(root, place) for place in (group, elevhalsan))


def test_keys_are_read_with_one_statement_and_once_per_request(bo):
    with CaptureQueriesContext(connection) as captured:
        keys_of(bo)
    assert len(captured) == 1
    with rights_read_once(), CaptureQueriesContext(connection) as captured:
        assert keys_of(bo) is keys_of(bo)
    assert len(captured) == 1


def test_a_permission_without_an_object_is_never_held(bo):
    assert bo.has_perm("orgs.coordinator") is False


# ── who may grant ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_unit_manager_grants_below_and_is_refused_elsewhere_in_swedish(maria, stranger, elevhalsan, kommunen):
    grant(stranger, "reporter", elevhalsan, by=maria)
    assert keys_of(stranger).on_organisation(Ability.FILE, elevhalsan.pk, kommunen.pk) is True
    with pytest.raises(NotAllowed) as refused:
        grant(stranger, "reporter", kommunen, by=maria)
    assert refused.value.reason == REFUSED
    assert OrganisationMembership.objects.filter(user=stranger).count() == 1


def test_a_coordinator_grants_in_the_own_body_only(bo, cecilia, stranger, group):
    held = grant(stranger, "member", group, by=bo)
    with pytest.raises(NotAllowed, match=REFUSED):
        grant(stranger, "chair", group, by=cecilia)
    with pytest.raises(NotAllowed, match=REFUSED):
        end(held, by=cecilia)
    held.refresh_from_db()
    assert (held.ended_at, held.granted_by) == (None, bo)


def test_a_county_administrator_grants_in_the_county_only(ada, stranger, elevhalsan, county_varmland):
    grant(stranger, "investigator", elevhalsan, by=ada)
    with pytest.raises(NotAllowed, match=REFUSED):
        grant(stranger, "member", body("varmland", "barnalivet"), by=ada)
    with pytest.raises(NotAllowed, match=REFUSED):
        grant(stranger, "county_administrator", county_varmland, by=ada)


def test_a_role_belongs_to_its_kind_of_place(stranger, group, elevhalsan):
    with pytest.raises(ValueError, match="coordinator is not held on organisation"):
        grant(stranger, "coordinator", elevhalsan, by=None)
    with pytest.raises(ValueError, match="reporter is not held on body"):
        grant(stranger, "reporter", group, by=None)


def test_no_right_appears_outside_grant(stranger, group, today):
    permission = Permission.objects.get(codename="coordinator", content_type__model="body")
    with pytest.raises(MembershipWrittenOutsideAction):
        BodyMembership.objects.create(user=stranger, permission=permission, content_object=group, valid_from=today)
    assert keys_of(stranger).bodies == {}


def test_a_permission_given_by_djangos_own_tables_opens_no_place(stranger, group):
    permission = Permission.objects.get(codename="coordinator", content_type__model="body")
    stranger.user_permissions.add(permission)
    stranger = User.objects.get(pk=stranger.pk)
    assert stranger.has_perm("orgs.coordinator", group) is False
    assert keys_of(stranger).bodies == {}


def test_a_role_that_is_yet_to_begin_begins_when_it_is_given_from_an_earlier_day(anna):
    place = body("blekinge", "sg_vuxna")
    later = timezone.localdate() + timedelta(days=30)
    grant(anna, "member", place, by=None, valid_from=later)
    assert not keys_of(anna).on_body(Ability.READ, place.pk)
    grant(anna, "member", place, by=None)
    assert keys_of(anna).on_body(Ability.READ, place.pk)
    grant(anna, "member", place, by=None, valid_from=later)
    assert keys_of(anna).on_body(Ability.READ, place.pk)
    assert BodyMembership.objects.filter(user=anna, content_object=place).count() == 1


def test_a_role_that_had_run_out_is_given_anew_and_the_record_keeps_the_time_between(anna):
    place, today = body("blekinge", "sg_vuxna"), timezone.localdate()
    grant(
        anna, "member", place, by=None,
        valid_from=today - timedelta(days=60), valid_until=today - timedelta(days=30),
    )  # fmt: skip
    grant(anna, "member", place, by=None)
    held = BodyMembership.objects.filter(user=anna, content_object=place).order_by("pk")
    assert [(m.valid_from, m.valid_until, m.ended_at is None) for m in held] == [
        (today - timedelta(days=60), today - timedelta(days=30), False),
        (today, None, True),
    ]


def test_nobody_gives_themselves_a_role(ada):
    group = body("blekinge", "sg_barn_unga")
    with pytest.raises(NotAllowed, match="Ingen ger sig själv en roll"):
        grant(ada, "coordinator", group, by=ada)
    assert not keys_of(ada).on_body(Ability.READ, group.pk)
