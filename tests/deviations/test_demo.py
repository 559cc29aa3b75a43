"""The demo county is made of the same parts as the real ones: routed, chained, visible to the right people only."""

from collections import Counter

import pytest

from deviations import clock, demo
from deviations.demo import learning, meetings, steering
from deviations.demo.people import LOGINS, email_of
from deviations.demo.situations import REFUSED, filing_of, situations
from deviations.history import verify
from deviations.models import (
    Adoption,
    Deviation,
    Dispute,
    Escalation,
    HistoryEntry,
    LearningCase,
    Pattern,
    Precedent,
    ProcessMeasure,
    ProcessValue,
    SipTraining,
)
from deviations.services import adopting
from deviations.services.filing import file
from deviations.workflow import State
from orgs.models import (
    Agreement,
    Body,
    BodyMembership,
    Clause,
    ContactRoute,
    County,
    CountyMembership,
    Mandate,
    Organisation,
    OrganisationMembership,
    ProfileVersion,
    User,
)  # fmt: skip
from orgs.profiles import active


@pytest.fixture
def loaded(db):
    """The demo in a database that the cast has left."""
    empty()
    active._parsed.cache_clear()  # keys of versions that a rollback takes away are given again
    demo.load(lambda _line: None, past=100)
    yield
    active._parsed.cache_clear()


def empty():
    for model in (ProcessValue, ProcessMeasure):
        model.objects.all().delete()
    for model in (BodyMembership, CountyMembership, OrganisationMembership, User, Mandate, Clause, Agreement):
        model._default_manager.all().delete()
    Body.objects.update(steering_body=None)
    Body.objects.all().delete()
    ContactRoute.objects.all().delete()
    Organisation.objects.update(principal=None, parent=None)
    Organisation.objects.all().delete()
    ProfileVersion.objects.all().delete()
    County.objects.all().delete()


def test_the_demo_is_whole(loaded):
    deviations = list(Deviation.objects.all())
    desks = [d for d in deviations if d.occurrences > 1]  # each desk has one of those, and one that is merged
    assert desks
    told = len(situations()) - len(REFUSED) + len(steering.ALL) + len(meetings.ALL) + learning.FILED
    assert len(deviations) == 2 * len(desks) + 100 + told
    assert [verify(deviation) for deviation in deviations] == [None] * len(deviations)
    assert HistoryEntry.objects.count() == sum(d.sequence for d in deviations)
    assert not [d for d in deviations if d.accountable_body_id is None]
    numbers = Counter((d.county_id, d.year, d.number) for d in deviations)
    assert set(numbers.values()) == {1}
    assert {State.CLOSED, State.SUBMITTED, State.AWAITING_STATEMENT} <= {State(d.state) for d in deviations}
    everyone = {login.first_name: User.objects.get(email=email_of(login.first_name)) for login in LOGINS}
    sees = {name: Deviation.objects.visible_to(user).count() for name, user in everyone.items()}
    assert (sees["bo"] > 10, sees["lena"], sees["karin"], sees["ada"]) == (True, 0, 0, 0)
    both = Deviation.objects.visible_to(everyone["bo"]) & Deviation.objects.visible_to(everyone["cecilia"])
    assert not both.exists()

    blekinge = County.objects.get(slug="blekinge")
    again = file(filing_of(situations()[0], [blekinge]), by=everyone["anna"])
    assert again.accountable_body.key == "sg_barn_unga"


def test_the_demo_holds_an_open_dispute_and_two_that_guide_their_counties(loaded):
    found = Dispute.objects.order_by("status")
    told = [(d.status, d.interim_responsible_id is not None, d.views.count()) for d in found]
    assert told == [("decided", True, 2), ("decided", True, 2), ("open", True, 2)]
    assert Dispute.objects.get(status="open").due_on > clock.today()
    guiding = Precedent.objects.order_by("title").values_list("county__slug", "title")
    assert list(guiding) == [
        ("jamtland-harjedalen", "Behandling under placering: vem betalar"),
        ("blekinge", "Första bedömningen innan remiss till specialistnivå"),
    ]


def test_the_demo_holds_what_recurs_and_what_others_may_learn(loaded):
    """What stands out follows from how much past there is: with this little, the newest is still proposed."""
    assert Pattern.objects.filter(status="proposed", deviations__isnull=False).exists()
    assert LearningCase.objects.filter(status="asked").count() == 1
    assert all(verify(case.deviation) is None for case in LearningCase.objects.select_related("deviation"))


def test_the_demo_holds_what_waits_at_the_steering_body_and_what_seventeen_principals_said(loaded):
    lifted = Escalation.objects.exclude(kind=Escalation.Kind.BOUNCED).order_by("title", "status")
    assert [(each.title, each.status, each.deviations.count()) for each in lifted] == [
        ("BUP kommer inte till SIP", "decided", 3),
        ("BUP kommer inte till SIP", "waiting", 3),
        ("Besked när kontakten avslutas", "returned", 1),
        ("Remisser som studsar", "decided", 1),
        ("Vem utreder dyslexi?", "working_group", 2),
    ]
    said = Adoption.objects.filter(decision__body__key="beredningsgrupp")
    assert Counter(said.values_list("answer", flat=True)) == {"adopted": 15, "declined": 2}
    assert all(said.filter(answer="declined").values_list("reason", flat=True))
    kerstin = User.objects.get(email=email_of("kerstin"))
    assert [a.answer for a in adopting.readable_by(kerstin)] == ["waiting"]


def test_the_demo_holds_who_is_trained_in_sip_last_year_and_this(loaded):
    rows = SipTraining.objects.filter(county__slug="blekinge").select_related("unit__principal")
    last, this = ([row for row in rows if row.year == year] for year in (clock.today().year - 1, clock.today().year))
    assert {row.unit.principal.key for row in last} - {row.unit.principal.key for row in this} == {"olofstrom"}
    shares = [sum(row.trained for row in each) / sum(row.staff for row in each) for each in (last, this)]
    assert shares == sorted(shares)
