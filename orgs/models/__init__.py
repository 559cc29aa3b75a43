"""Counties, organisations, bodies, agreements and who holds which role on them."""

from orgs.models.agreements import Agreement, Clause
from orgs.models.bodies import Body, Mandate
from orgs.models.counties import County, ProfileVersion
from orgs.models.memberships import BodyMembership, CountyMembership, Membership, OrganisationMembership
from orgs.models.organisations import Organisation
from orgs.models.people import User
from orgs.models.registers import Acknowledgement, ContactRoute, FailedContact

__all__ = [
    "Acknowledgement",
    "Agreement",
    "Body",
    "BodyMembership",
    "Clause",
    "ContactRoute",
    "County",
    "CountyMembership",
    "FailedContact",
    "Mandate",
    "Membership",
    "Organisation",
    "OrganisationMembership",
    "ProfileVersion",
    "User",
]
