"""What the tests of escalations, working groups and adoption start from. Lars coordinates LSVO."""

from deviations.models import Deviation
from deviations.services import handling
from deviations.services.filing import file
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body


def holder(name, role, place):
    user = User.objects.create_user(f"{name}@example.se", "x", name=name.title())
    grant(user, role, place, by=None)
    return user


def lars():
    return holder("lars", "coordinator", body("blekinge", "lsvo"))


def received(filing, cast, **changes):
    deviation = file(filing(**changes), by=cast.anna)
    handling.receive(deviation, by=cast.bo)
    return now(deviation)


def now(deviation):
    return Deviation.objects.select_related("accountable_body").get(pk=deviation.pk)


def parties(deviation):
    return sorted(deviation.parties.filter(body__isnull=False).values_list("role", "body__key"))


def steps_of(deviation):
    return list(deviation.history.order_by("sequence").values_list("step", flat=True))
