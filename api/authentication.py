"""Who calls: a person with a session, or a system with an organisation token, which can only narrow rights."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import OrganisationToken
from api.tokens import token_for
from orgs.models import User

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module through the settings

KEYWORD = b"bearer"
ANY_SCOPE = frozenset(OrganisationToken.Scope.values)
"""For what every caller may read: who am I, which organisations are there."""
READ, FILE, ANSWER, HANDLE, MEMBERS, REPORTS = (
    frozenset({name}) for name in ("read", "file", "answer", "handle", "members", "reports")
)


class OrganisationTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer samsyn_<prefix>_<secret>`. Anything else in the header is left to other schemes."""

    def authenticate(self, request: Request) -> tuple[User, OrganisationToken] | None:
        keyword, _space, written = get_authorization_header(request).partition(b" ")
        if keyword.lower() != KEYWORD:
            return None
        token = token_for(written.decode("latin-1").strip())
        if token is None:
            raise AuthenticationFailed(_("Nyckeln är okänd, återkallad eller för gammal."), code="invalid_token")
        return token.account, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class WithinScope(BasePermission):
    """A token reaches only views that name one of its scopes; a view that names none is for people."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        token = request.auth
        if not isinstance(token, OrganisationToken):
            return True
        named: frozenset[str] | Callable[[Request], frozenset[str]] = getattr(view, "scopes", frozenset())
        scopes = named(request) if callable(named) else named
        if not scopes:
            raise PermissionDenied(_("Det här kan bara en inloggad person göra."), code="people_only")
        require_scope(request, scopes)
        return True


def require_scope(request: Request, scopes: frozenset[str]) -> None:
    """Raises PermissionDenied for a token with none of the scopes. People have no scopes."""
    if isinstance(request.auth, OrganisationToken) and scopes.isdisjoint(request.auth.scopes):
        raise PermissionDenied(_("Nyckeln får inte göra det här."), code="outside_scope")


def is_person(request: Request) -> bool:
    """Whether somebody has logged in; a system that comes with a token has read nothing for anybody."""
    return not isinstance(request.auth, OrganisationToken)


def caller(request: Request) -> User:
    """The person or service account, where `IsAuthenticated` has let the request through."""
    return cast(User, request.user)
