"""The request as every page here gets it: somebody is logged in, and htmx says whether it asked."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from orgs.models import User


class Request(HttpRequest):
    """For types only."""

    user: User
    htmx: HtmxDetails
