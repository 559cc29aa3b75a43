"""What the tests of the pages share: reading an answer, and the deviation as it is now."""

from deviations.models import Deviation
from deviations.services import handling


def fresh(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def text(response):
    return response.content.decode()


def received(filed, bo):
    handling.receive(filed, by=bo)
    return fresh(filed)
