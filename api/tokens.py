"""Organisation tokens: `issue`, `revoke`, `of`, and `token_for` which recognises one. Nothing else touches them.

A token is written samsyn_<prefix>_<secret>. It is shown once, when it is issued.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import OrganisationToken
from deviations.errors import Invalid
from deviations.services.form import guard
from orgs.models import BodyMembership, CountyMembership, Organisation, OrganisationMembership, User
from orgs.permissions import Denied, NotAllowed, end, grant, may_manage_members

LONGEST = timedelta(days=400)
_WRITTEN = re.compile(r"samsyn_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
_NO_HASH = hashlib.sha256(b"").hexdigest()
Scope = OrganisationToken.Scope

# The roles that make each scope possible on the organisation. `handle` needs a role on a body, `members` a manager's
# role: they are granted to the service account like to anyone, by whoever answers for rights there.
ROLES_FOR_SCOPES = (
    ("investigator", {Scope.READ, Scope.ANSWER}),
    ("reporter", {Scope.FILE}),
    ("board_reader", {Scope.REPORTS}),
)


class Issued(NamedTuple):
    token: OrganisationToken
    written: str  # the whole token: shown once, stored nowhere


@transaction.atomic
def issue(organisation: Organisation, *, name: str, scopes: Collection[str], expires_at: datetime, by: User) -> Issued:
    """Make a service account with the roles that the scopes need on the organisation, and a token that acts as it.

    Raises `NotAllowed` unless `by` manages rights there, `Invalid` at the field.
    """
    _require_manager(organisation, by)
    faults: dict[str, list[tuple[str, str]]] = {}
    if not name.strip():
        faults["name"] = [("required", _("Skriv vilket system som ska använda nyckeln."))]
    if not scopes or not set(scopes) <= set(Scope.values):
        faults["scopes"] = [("unknown", _("Välj vad systemet ska få göra."))]
    if not timezone.now() < expires_at <= timezone.now() + LONGEST:
        faults["expires_at"] = [("out_of_range", _("Välj en sista dag inom ett år."))]
    if faults:
        raise Invalid(faults)
    guard("name", name)  # it stands as the reporter's name in what the system files
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    account = User.objects.create_user(f"{prefix}@system.invalid", name=f"{name}, {organisation.full_name}"[:150])
    for role, needed_by in ROLES_FOR_SCOPES:
        if needed_by & set(scopes):
            grant(account, role, organisation, by=by, valid_until=timezone.localdate(expires_at))
    token = OrganisationToken.objects.create(
        organisation=organisation, account=account, name=name, prefix=prefix, secret_hash=_hash(secret),
        scopes=sorted(set(scopes)), expires_at=expires_at, created_by=by,
    )  # fmt: skip
    return Issued(token, f"samsyn_{prefix}_{secret}")


@transaction.atomic
def revoke(token: OrganisationToken, *, by: User) -> OrganisationToken:
    """At once. The service account's roles end with it; what it did stays in the history. Raises `NotAllowed`."""
    _require_manager(token.organisation, by)
    token = OrganisationToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = timezone.now(), by
        token.save(update_fields=["revoked_at", "revoked_by"])
        for table in (OrganisationMembership, BodyMembership, CountyMembership):
            for membership in table._default_manager.filter(user=token.account, ended_at__isnull=True):
                # Also roles that others gave it elsewhere: whoever may end the account need not answer for each place.
                end(membership, by=by if may_manage_members(by, membership.place) else None)
        token.account.is_active = False
        token.account.save(update_fields=["is_active"])
    return token


def of(organisation: Organisation, *, by: User) -> QuerySet[OrganisationToken]:
    """Every token the organisation has had, newest first. Raises `NotAllowed`."""
    _require_manager(organisation, by)
    return OrganisationToken.objects.filter(organisation=organisation).select_related("account")


def token_for(written: str) -> OrganisationToken | None:
    """The valid token, with its account; None for everything else. One statement, and one more on its first use a day.

    The comparison takes the same time whether or not the prefix exists.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    now = timezone.now()
    token = OrganisationToken.objects.select_related("account").filter(prefix=found[1]).first()
    same = hmac.compare_digest(token.secret_hash if token else _NO_HASH, _hash(found[2]))
    if token is None or not same or token.revoked_at is not None or token.expires_at <= now:
        return None
    if not token.account.is_active:
        return None
    if token.last_used_on != timezone.localdate(now):
        token.last_used_on = timezone.localdate(now)
        token.save(update_fields=["last_used_on"])
    return token


def _require_manager(organisation: Organisation, by: User) -> None:
    allowed = may_manage_members(by, organisation)
    if isinstance(allowed, Denied):
        raise NotAllowed(allowed.reason)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
