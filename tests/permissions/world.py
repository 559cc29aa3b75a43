"""One prepared world for the tables: everyone of the cast and a deviation in every state that a step starts from.

Built once and never changed: `World.ask` takes back whatever a request has written. ZEBRAFINK stands in every text that
somebody in Blekinge has written, so that it can be looked for where it must not be.
"""

import datetime
import json
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import SimpleNamespace

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from api import tokens
from api.models import OrganisationToken
from deviations.mail import helped
from deviations.models import Delivery, Deviation, Invitation, Mail, Measure, NumberSeries, Party
from deviations.search import tokens_of
from deviations.services import (
    adopting,
    deciding,
    desk,
    disputes,
    duties,
    escalating,
    handling,
    merging,
    planning,
    registers,
    statements,
    working_groups,
)
from deviations.services.filing import file, save_draft
from deviations.services.form import Filing
from deviations.services.precedents import publish_precedent
from orgs.models import Agreement, BodyMembership, County, OrganisationMembership, User
from orgs.permissions import end, grant
from orgs.profiles import active
from tests.cast import PASSWORD, body, count_now, load_world, person, unit
from tests.permissions.world_learning import fill_learning
from tests.permissions.world_meetings import hold_meetings
from tests.permissions.world_process import follow_measures
from tests.permissions.world_reports import publish_reports
from tests.permissions.world_sip import count_sip
from tests.permissions.world_writing import write_report

MARKER = "ZEBRAFINK"
NAME_MARKER = "Kungsfiskarens"  # in the reporting unit's name; the directory of organisations shows that to everybody
FIRST_NUMBER = 7301  # in Blekinge: no other county's numbers come near
PEOPLE = ("anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada", "ines", "sune")
SCOPES = ("read", "file", "answer", "handle", "members", "reports")
INVALID_TOKENS = ("expired", "revoked")

# What an address may name, with what does not exist of the same kind.
NOWHERE = {
    "uuid": "0e0e0e0e-0000-4000-8000-00000000beef",
    "number": 987_654_321,
    "county": "finnslan",
    "token": "0e0e0e0e0e0e",
    "body": "finns_inte",
}


@dataclass
class World:
    named: dict[str, object] = field(default_factory=dict)  # placeholder -> what stands in its place
    kinds: dict[str, str] = field(default_factory=dict)  # placeholder -> its kind in NOWHERE
    rows: SimpleNamespace = field(default_factory=SimpleNamespace)
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, tuple[Client, SimpleCookie]] = field(default_factory=dict)
    asked: dict[tuple, object] = field(default_factory=dict)
    colleague_id: int = 0  # handles where Bo does

    def name(self, **named):
        """`name(uuid={"filed": …})`: addresses may say {filed}."""
        for kind, several in named.items():
            self.named.update(several)
            self.kinds.update(dict.fromkeys(several, kind))

    def fill(self, text):
        for name, value in self.named.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def fill_with_nothing(self, text):
        """The same address, of something that does not exist."""
        for name, kind in self.kinds.items():
            text = text.replace(f"{{{name}}}", str(NOWHERE[kind]))
        return text

    def ask(self, who, method, address, body=None):
        """The answer; what the request wrote is taken back, so that the same question is only asked once."""
        question = (who, method, address, json.dumps(body))
        if question not in self.asked:
            self.asked[question] = self.ask_now(who, method, address, body)
        return self.asked[question]

    def ask_now(self, who, method, address, body=None, *, keep=False):
        """As if nobody had called before. `keep`: what it writes stays, in the transaction of whoever calls."""
        cache.clear()
        client, cookies = self.clients[who]
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        with transaction.atomic():
            if address.startswith("/api/"):
                content = "" if body is None else json.dumps(body)
                once = {"Idempotency-Key": "sent-only-once"}
                response = client.generic(method, address, content, "application/json", headers=once)
            elif method == "POST":
                response = client.post(address, body or {})
            else:
                response = client.generic(method, address)
            response.body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(not keep)
        return response


def build():
    """Everything, written to the database in the transaction of whoever calls."""
    active._parsed.cache_clear()  # a rolled-back version's key may be given to another one
    load_world()
    world = World()
    for who in PEOPLE[:-2]:
        world.users[who] = User.objects.get(email=f"{who}@example.se")
    world.users["ines"] = person("ines", "Ines Isaksson")
    world.users["sune"] = User.objects.create_superuser("sune@example.se", PASSWORD, name="Sune Superuser")
    rename(unit("blekinge", "1080-elevhalsan"), f"{NAME_MARKER} elevhälsa")
    fill_blekinge(world)
    fill_varmland(world)
    publish_reports(world)
    count_now()
    write_report(world, timezone.localdate())
    issue_tokens(world)
    name_places(world)
    write_letters(world)
    log_in(world)
    return world


def rename(organisation, name):
    type(organisation).objects.filter(pk=organisation.pk).update(name=name)


# ── what has been filed ──────────────────────────────────────────────────────────────────────────────────────────────
def fill_blekinge(world):
    anna, bo, berit = (world.users[who] for who in ("anna", "bo", "berit"))
    bup = unit("blekinge", "rb-bup")
    text = f"{MARKER} står här, så att det syns om det läcker."
    county = County.objects.get(slug="blekinge")
    NumberSeries.objects.create(county=county, year=timezone.localdate().year, last=FIRST_NUMBER - 1)

    def filed():
        return file(filing("blekinge", "1080-elevhalsan", "rb-bup", age=14, happened=text), by=anna)

    world.rows.draft = save_draft(filing("blekinge", "1080-elevhalsan", "rb-bup", age=14, happened=text), by=anna)
    world.rows.new = filed()

    asked = world.rows.filed = handling.receive(filed(), by=bo)
    world.rows.invitation = handling.invite(asked, user=world.users["ines"], reason=text, by=bo)
    handling.note(asked, text=text, by=bo)
    statements.complete(asked, text=text, by=anna)
    statements.request_statement(asked, of=[bup], question=text, by=bo)

    answered = world.rows.answered = handling.receive(filed(), by=bo)
    statements.request_statement(answered, of=[bup], question=text, by=bo)
    statements.give_statement(answered, cause=text, by=berit)

    decided = world.rows.decided = handling.receive(filed(), by=bo)
    deciding.decide(decided, text=text, by=bo)
    measures = [
        deciding.propose_measure(decided, owner=bup, text=text, sign=text, due_on=ahead(30), check_on=ahead(90), by=bo)
        for _n in range(2)
    ]
    deciding.carry_out(measures[0], by=bo)
    world.rows.done, world.rows.undone = Measure.objects.order_by("pk")

    hold_meetings(world, handling.receive(filed(), by=bo), text)

    fed_back = world.rows.fed_back = handling.receive(filed(), by=bo)
    handling.score(fed_back, severity=3, likelihood=3, by=bo)
    deciding.decide(fed_back, text=text, by=bo)
    deciding.give_feedback(fed_back, text=text, by=bo)
    handling.score(fed_back, severity=3, likelihood=1, by=bo)

    closed = world.rows.closed = handling.receive(filed(), by=bo)
    handling.score(closed, severity=3, likelihood=3, by=bo)
    deciding.decide(closed, text=text, by=bo)
    deciding.give_feedback(closed, text=text, by=bo)
    handling.score(closed, severity=3, likelihood=1, by=bo)
    deciding.close(closed, by=bo)

    fill_disputes(world, filed, text)
    merged = world.rows.merged = merging.merge(filed(), into=handling.receive(filed(), by=bo), by=bo)
    assert merged.merged_into is not None
    group = body("blekinge", "sg_barn_unga")
    view = desk.save_view(body=group, name=f"{MARKER} vy", query="slag=sip", shared=False, by=bo)
    standard = desk.write_standard_text(body=group, step="decide", category="", name=f"{MARKER} text", text=text, by=bo)

    fill_steering(world, filed, text)
    fill_governance(world, filed)
    count_sip(world, ahead(0))
    fill_learning(world, filed, text)
    follow_measures(world, text, ahead(0))

    # Rules give titles by themselves; here somebody has written them.
    Deviation.objects.filter(county=county).update(title=f"{MARKER} uteblev", search_stems=tokens_of(text))
    # Nobody has opened it for so long that it is shown as stuck.
    Delivery.objects.filter(deviation=world.rows.new).update(alarmed_at=timezone.now())
    names = ("draft", "new", "filed", "answered", "decided", "fed_back", "closed", "disputed", "judged", "merged")
    for name in names:
        setattr(world.rows, name, Deviation.objects.get(pk=getattr(world.rows, name).pk))
    world.named["answered_number"] = world.rows.answered.reference
    world.name(uuid={name: getattr(world.rows, name).public_id for name in names} | {"nothing": NOWHERE["uuid"]})
    world.name(
        number={
            "invitation": Invitation.objects.get().pk,
            "asked": asked.statements.get().pk,
            "done": world.rows.done.pk,
            "undone": world.rows.undone.pk,
            "view": view.pk,
            "text": standard.pk,
        }
    )


def fill_disputes(world, filed, text):
    """One is open; of two that are decided one guides the county, in words that everyone there may read."""
    maria, bo, bup = world.users["maria"], world.users["bo"], unit("blekinge", "rb-bup")
    disputed = world.rows.disputed = handling.receive(filed(), by=bo)
    disputes.open_dispute(disputed, question=text, by=bo)
    disputes.set_interim(disputed, responsible=bup, reason=text, by=bo)
    disputes.give_view(disputed, text=text, by=maria)
    judged = world.rows.judged = handling.receive(filed(), by=bo)
    for _n in range(2):
        disputes.open_dispute(judged, question=text, by=bo)
        disputes.decide_dispute(judged, responsible=bup, text=text, by=bo)
        if not hasattr(world.rows, "precedent"):
            world.rows.precedent = publish_precedent(
                judged, title="Återsänd remiss", situation="Remissen återkom.", outcome="Mottagaren bedömer.", by=bo
            )
    world.name(uuid={"precedent": world.rows.precedent.public_id})


def fill_steering(world, filed, text):
    """Lifted to LSVO, which set up a group, decided and asked the principals. Lars, who did it, has left since."""
    bo, lars = world.users["bo"], person("lars", "Lars Lund")
    held = grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    lifted = handling.receive(filed(), by=bo)
    escalation = escalating.escalate(lifted, reason=text, by=bo)
    group = working_groups.set_up_group(
        escalation, name=f"{MARKER} grupp", task=text, members=["BUP"], due_on=ahead(90), by=lars
    )
    [decision] = escalating.decide_escalation(escalation, text=text, by=lars)
    adoption = adopting.ask_adoption(decision, by=lars)[0]
    end(held, by=None)
    asked_about = world.rows.decided.decisions.get()
    world.name(uuid={"lifted": lifted.public_id, "escalation": escalation.public_id, "working_group": group.public_id})
    world.name(number={"adoption": adoption.pk, "decision": asked_about.pk})


def fill_governance(world, filed):
    """A plan in force and one being written, a duty, a route, and one that LSVO received in the group's place. Nothing
    that a body writes of its own work is secret to those who administer the county, so the words are plain."""
    bo, maria, group = world.users["bo"], world.users["maria"], body("blekinge", "sg_barn_unga")
    year = timezone.localdate().year
    plan, draft = (
        planning.start_plan(group, title=name, from_year=year, by=bo) for name in ("Antagen", "Under arbete")
    )
    activity, _other = (planning.write_activity(p, title="SIP", due_on=ahead(90), by=bo) for p in (plan, draft))
    planning.adopt_plan(plan, by=bo)
    duty = duties.add_duty(group, title="Temadag om SIP", due_on=ahead(30), by=bo)
    route = registers.write_route(unit("blekinge", "1080-elevhalsan"), name="Telefonen", by=maria)
    stood_in = handling.receive(filed(), by=bo)
    Party.objects.create(
        deviation=stood_in, role=Party.Role.STAND_IN, body=body("blekinge", "lsvo"), shown_as="LSVO",
        filed_at=stood_in.filed_at,
    )  # fmt: skip
    agreement = Agreement.objects.get(county__slug="blekinge", key="lansavtal")
    world.name(uuid={"stood_in": stood_in.public_id}, body={"agreement_key": agreement.key})
    world.name(
        number={"plan": plan.pk, "draft_plan": draft.pk, "activity": activity.pk, "duty": duty.pk, "route": route.pk,
                "agreement": agreement.pk}
    )  # fmt: skip


def fill_varmland(world):
    """One that Cecilia sees, and that must not reach anyone in Blekinge."""
    vera = person("vera", "Vera Vik")
    reporting = unit("varmland", "fsk-elevhalsan")
    grant(vera, "reporter", reporting, by=None)
    happened = "BUP uteblev från SIP-mötet för tredje gången under läsåret."
    deviation = file(filing("varmland", "fsk-elevhalsan", "rv-bup-1", age=10, happened=happened), by=vera)
    world.rows.varmland = deviation
    world.name(uuid={"varmland": deviation.public_id})


def filing(county, reporting, receiving, **changes):
    return Filing(
        reporting_unit=unit(county, reporting),
        receiving_units=(unit(county, receiving),),
        occurred_on=ahead(-3),
        category="sip/called_party_absent",
        local_reference=f"{MARKER}-17" if county == "blekinge" else "F-1",
        **changes,
    )


def ahead(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def write_letters(world):
    """Anna's: one that has been sent, one that was given up, and the link in the one about her answer."""
    anna = world.users["anna"]
    sent, given_up = Mail.objects.filter(to=anna, deviation=world.rows.closed).order_by("pk")[:2]
    Mail.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    Mail.objects.filter(pk=given_up.pk).update(failed_at=timezone.now(), last_error="SMTPRecipientsRefused 550")
    world.name(number={"letter": sent.pk, "failed_letter": given_up.pk})
    sequence = world.rows.closed.history.get(step="give_feedback").sequence
    world.named["helped_path"] = helped.path(world.rows.closed, anna, sequence)


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def issue_tokens(world):
    """One of elevhälsan for each scope. Those that answer, handle and manage have been given the roles for it."""
    elevhalsan, group = unit("blekinge", "1080-elevhalsan"), body("blekinge", "sg_barn_unga")
    issued = {}
    for name in (*SCOPES, *INVALID_TOKENS):
        issued[name] = tokens.issue(
            elevhalsan, name=f"System {name}", scopes=[name if name in SCOPES else "read"],
            expires_at=timezone.now() + datetime.timedelta(days=30), by=world.users["maria"],
        )  # fmt: skip
    grant(issued["answer"].token.account, "investigator", unit("blekinge", "rb-bup"), by=None)
    grant(issued["handle"].token.account, "coordinator", group, by=None)
    world.colleague_id = issued["handle"].token.account.pk
    grant(issued["members"].token.account, "unit_manager", elevhalsan, by=None)
    past = timezone.now() - datetime.timedelta(minutes=1)
    OrganisationToken.objects.filter(pk=issued["expired"].token.pk).update(expires_at=past)
    tokens.revoke(issued["revoked"].token, by=world.users["maria"])
    # Noted once a day; here it was noted already, so that a GET has nothing to write.
    OrganisationToken.objects.update(last_used_on=timezone.localdate())
    for name, one in issued.items():
        client = Client(headers={"authorization": f"Bearer {one.written}"})
        world.clients[name] = (client, client.cookies)
    world.name(token={"token": issued["read"].token.prefix})


def log_in(world):
    """As the log-in leaves a session: with the method and the time, which the account's pages ask for."""
    anonymous = Client()
    world.clients["anonymous"] = (anonymous, SimpleCookie())
    for who, user in world.users.items():
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
        session.save()
        world.clients[who] = (client, client.cookies)


def name_places(world):
    """The places, rows and dates that addresses and contents name."""
    held = OrganisationMembership.objects.get(user=world.users["anna"])
    lead = BodyMembership.objects.get(user=world.users["bo"])
    world.name(
        number={
            "elevhalsan": unit("blekinge", "1080-elevhalsan").pk,
            "bup": unit("blekinge", "rb-bup").pk,
            "karlskrona": unit("blekinge", "1080-elevhalsan").principal_id,
            "region": unit("blekinge", "rb-bup").principal_id,
            "varmlands_region": unit("varmland", "rv-bup-1").principal_id,
            "group": body("blekinge", "sg_barn_unga").pk,
            "adults": body("blekinge", "sg_vuxna").pk,
            "lsvo": body("blekinge", "lsvo").pk,
            "barnalivet": body("varmland", "barnalivet").pk,
            "varmlands_bup": unit("varmland", "rv-bup-1").pk,
            "blekinge_id": County.objects.get(slug="blekinge").pk,
            "annas_role": held.pk,
            "bos_role": lead.pk,
        }
    )
    world.name(
        county={"blekinge": "blekinge", "varmlands": "varmland"},
        body={"barnalivet_key": "barnalivet", "group_key": "sg_barn_unga"},
    )
    world.named.update(
        today=ahead(0), day_before=ahead(-3), next_week=ahead(7), next_month=ahead(30), in_three_months=ahead(90)
    )
