"""Whoever may see what, against a definition written from the words of the rule, in plain Python without the database.

You see a deviation when you hold a reading role at one of its parties, filed it, or were invited by name. A role on
an organisation reaches its subtree. It counts from its first day to its last, until it is ended, for active people.
A draft is seen by whoever wrote it; a discarded one by nobody.
"""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deviations import by_key, live
from deviations.models import Deviation, Party
from orgs.models import Body, BodyMembership, County, Organisation, OrganisationMembership, ProfileVersion, User

READING = {"unit_manager", "investigator", "safety_officer", "coordinator", "chair", "member"}
ON_ORGANISATIONS = ["reporter", "unit_manager", "investigator", "safety_officer", "board_reader"]
ON_BODIES = ["coordinator", "chair", "member", "body_reader"]
# Each is the beginning of the next: a path compared as text would let the one into the other.
IDS = [70001, 700011, 7000111, 70002, 700021, 7000211, 70003, 700031]
BODIES, PEOPLE = 3, 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

small = st.integers(0, 50)
memberships = st.fixed_dictionaries(
    {
        "person": st.integers(0, PEOPLE - 1),
        "on_body": st.booleans(),
        "role": small,
        "place": small,
        "starts_in": st.sampled_from([-400, -1, 0, 1]),
        "lasts_to": st.sampled_from([None, None, -1, 0, 30]),
        "ended": st.sampled_from([False, False, True]),
    }
)
filings = st.fixed_dictionaries(
    {
        "by": st.integers(0, PEOPLE - 1),
        "state": st.sampled_from(["draft", "discarded", "submitted", "received", "closed", "withdrawn"]),
        "units": st.lists(small, min_size=2, max_size=3),
        "bodies": st.lists(st.integers(0, BODIES - 1), min_size=1, max_size=3, unique=True),
        "invited": st.lists(st.integers(0, PEOPLE - 1), max_size=2, unique=True),
        "minute": st.integers(0, 3),  # many at the same moment
    }
)
worlds = st.fixed_dictionaries(
    {
        "parents": st.lists(st.none() | small, min_size=1, max_size=len(IDS)),
        "memberships": st.lists(memberships, max_size=8),
        "filings": st.lists(filings, max_size=8),
        "much": st.sampled_from([1, 3, by_key.MUCH]),
        "many_keys": st.sampled_from([0, 1, by_key.MANY_KEYS]),
        "keys_per_statement": st.sampled_from([2, by_key.KEYS_PER_STATEMENT]),
    }
)


# ── the world, in the database ───────────────────────────────────────────────────────────────────────────────────────
def build(drawn):
    county = County.objects.create(code="98", slug="provlan", name="Provlän")
    ProfileVersion.objects.create(county=county, number=1, active_from=BEGAN, source="", document={}, checksum="")
    organisations = []
    for n, above in enumerate(drawn["parents"]):
        parent = organisations[above % n] if n and above is not None else None
        organisations.append(make_organisation(county, IDS[n], parent))
    bodies = [Body.objects.create(county=county, key=f"b{n}", name=f"Organ {n}") for n in range(BODIES)]
    people = [User.objects.create(email=f"p{n}@example.se", name=f"Person {n}", password="!") for n in range(PEOPLE)]
    User.objects.filter(pk=people[0].pk).update(is_superuser=True, is_staff=True)
    User.objects.filter(pk=people[1].pk).update(is_active=False)
    people = list(User.objects.filter(email__in=[p.email for p in people]).order_by("email"))
    world = SimpleNamespace(county=county, organisations=organisations, bodies=bodies, people=people, held=[], filed=[])
    for one in drawn["memberships"]:
        hold(world, one)
    for number, one in enumerate(drawn["filings"], start=1):
        make_deviation(world, number, one)
    return world


def make_organisation(county, pk, parent):
    made = Organisation(pk=pk, county=county, key=str(pk), kind="region", name=f"Enhet {pk}", parent=parent)
    made.path = f"{parent.path if parent else '/'}{pk}/"
    made.principal = parent.principal if parent else made
    made.save()
    return made


def hold(world, drawn):
    table, roles, places = (
        (BodyMembership, ON_BODIES, world.bodies)
        if drawn["on_body"]
        else (OrganisationMembership, ON_ORGANISATIONS, world.organisations)
    )
    role, place = roles[drawn["role"] % len(roles)], places[drawn["place"] % len(places)]
    person = world.people[drawn["person"]]
    if any((p, r, o) == (person, role, place) for p, r, o, _drawn in world.held):
        return
    today = timezone.localdate()
    table(
        user=person,
        permission=Permission.objects.get(codename=role, content_type__model=place._meta.model_name),
        content_object=place,
        valid_from=today + timedelta(days=drawn["starts_in"]),
        valid_until=None if drawn["lasts_to"] is None else today + timedelta(days=drawn["lasts_to"]),
        ended_at=timezone.now() if drawn["ended"] else None,
    ).save(in_action=True)
    world.held.append((person, role, place, drawn))


def make_deviation(world, number, drawn):
    submitted = drawn["state"] not in {"draft", "discarded"}
    units = list(dict.fromkeys(world.organisations[n % len(world.organisations)] for n in drawn["units"]))
    filed_at = BEGAN + timedelta(minutes=drawn["minute"]) if submitted else None
    deviation = Deviation.objects.create(
        county=world.county,
        state=drawn["state"],
        filed_by=world.people[drawn["by"]],
        filed_at=filed_at,
        year=2026 if submitted else None,
        number=number if submitted else None,
        reporting_unit=units[0],
        accountable_body=world.bodies[drawn["bodies"][0]] if submitted else None,
        profile_version=ProfileVersion.objects.get(county=world.county),
    )
    fact = SimpleNamespace(row=deviation, drawn=drawn, units=units, submitted=submitted)
    world.filed.append(fact)
    if not submitted:
        return

    def party(role, **who):
        Party.objects.create(deviation=deviation, role=role, filed_at=filed_at, shown_as="", **who)

    party("reporter", person=deviation.filed_by)
    for role, unit in zip(("reporting", "receiving", "receiving"), units, strict=False):
        party(role, organisation=unit, principal=unit.principal)
    for role, n in zip(("accountable", "informed", "steering"), drawn["bodies"], strict=False):
        party(role, body=world.bodies[n])
    for n in drawn["invited"]:
        party("invited", person=world.people[n])


# ── the same, from the words ─────────────────────────────────────────────────────────────────────────────────────────
def is_in_force(drawn):
    lasts = drawn["lasts_to"] is None or drawn["lasts_to"] >= 0
    return drawn["starts_in"] <= 0 and lasts and not drawn["ended"]


def and_those_above(organisation):
    while organisation is not None:
        yield organisation
        organisation = organisation.parent


def may_see(world, person, fact):
    if person is None or not person.is_active or fact.drawn["state"] == "discarded":
        return False
    if fact.row.filed_by == person:
        return True
    if not fact.submitted:
        return False
    if person in [world.people[n] for n in fact.drawn["invited"]]:
        return True
    parties = [place for unit in fact.units for place in and_those_above(unit)]
    parties += [world.bodies[n] for n in fact.drawn["bodies"]]
    return any(
        holder == person and role in READING and is_in_force(drawn) and place in parties
        for holder, role, place, drawn in world.held
    )


def walked(user, where=None):
    found, after = [], None
    while True:
        page = Deviation.objects.visible_to(user).newest(where=where, after=after, size=2)
        found += [deviation.pk for deviation in page.rows]
        if page.next is None:
            return found
        after = page.next


# ── and they agree ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=worlds)
def test_every_way_to_read_agrees_with_the_words_for_everyone(drawn):
    with (
        transaction.atomic(),
        mock.patch.object(by_key, "MUCH", drawn["much"]),
        mock.patch.object(by_key, "MANY_KEYS", drawn["many_keys"]),
        mock.patch.object(by_key, "KEYS_PER_STATEMENT", drawn["keys_per_statement"]),
    ):
        world = build(drawn)
        for person in [None, *world.people]:
            check(world, person)
        for fact in world.filed:
            check_told(world, fact)
        transaction.set_rollback(True)


def check(world, person):
    user = person or AnonymousUser()
    seen = [fact for fact in world.filed if may_see(world, person, fact)]
    newest_first = sorted((f for f in seen if f.submitted), key=lambda f: (f.row.filed_at, f.row.pk), reverse=True)
    visible = Deviation.objects.visible_to(user)
    expected = {fact.row.pk for fact in seen}

    assert sorted(visible.values_list("pk", flat=True)) == sorted(expected)
    assert visible.count() == len(seen)
    assert visible.exists() == bool(seen)
    assert visible.submitted().count() == len(newest_first)
    assert set(Party.objects.filter(deviation__in=visible).values_list("deviation", flat=True)) == {
        fact.row.pk for fact in newest_first
    }
    for fact in world.filed:
        assert visible.filter(pk=fact.row.pk).exists() == (fact.row.pk in expected)

    assert walked(user) == [fact.row.pk for fact in newest_first]
    assert visible.count_capped() == len(newest_first)
    assert visible.count_capped(cap=2) == min(2, len(newest_first))
    closed = [fact.row.pk for fact in newest_first if fact.drawn["state"] == "closed"]
    assert walked(user, Q(state="closed")) == closed
    assert visible.count_capped(where=Q(state="closed")) == len(closed)
    others = [fact.row.pk for fact in newest_first if fact.drawn["state"] not in {"closed", "submitted"}]
    assert walked(user, ~(Q(state="closed") | Q(state="submitted"))) == others


def check_told(world, fact):
    """Live messages reach exactly those who may see; an inactive account has no sockets."""
    told = live.readers(fact.row)
    active = {person.pk for person in world.people if person.is_active}
    if fact.drawn["state"] != "discarded":
        assert told & active == {person.pk for person in world.people if may_see(world, person, fact)}


# ── and so do the ways that people and other systems take ────────────────────────────────────────────────────────────
@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=worlds)
def test_list_search_export_and_detail_answer_as_the_words_say(drawn):
    with transaction.atomic():
        world = build(drawn)
        for number, fact in enumerate(world.filed):
            words = "zebrafink" if number % 2 else "gråsparv"
            row = Deviation.objects.filter(pk=fact.row.pk)
            row.update(search_stems=words, happened=words, occurred_on="2026-01-01")
        for person in world.people:
            if person.is_active:
                ask(world, person)
        transaction.set_rollback(True)


def ask(world, person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    facts = list(enumerate(world.filed))
    seen = {str(fact.row.public_id) for _n, fact in facts if fact.submitted and may_see(world, person, fact)}
    odd = {str(fact.row.public_id) for number, fact in facts if number % 2} & seen

    def ids(address):
        return {row["public_id"] for row in client.get(address).json()["results"]}

    assert ids("/api/v1/deviations/?size=100") == seen
    assert ids("/api/v1/deviations/?size=100&q=zebrafink") == odd
    exported = json.loads(b"".join(client.get("/api/v1/deviations/export.json").streaming_content))
    assert {row["public_id"] for row in exported} == seen
    for _number, fact in facts:
        status = 200 if may_see(world, person, fact) else 404
        assert client.get(f"/api/v1/deviations/{fact.row.public_id}/").status_code == status
