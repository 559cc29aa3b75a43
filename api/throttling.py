"""How often one caller may call: counted per token, else per person, else per address."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from api.models import OrganisationToken

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module through the settings


class CallerRateThrottle(SimpleRateThrottle):
    scope = "caller"

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        if isinstance(request.auth, OrganisationToken):
            ident = f"token-{request.auth.prefix}"
        elif request.user.is_authenticated:
            ident = f"person-{request.user.pk}"
        else:
            ident = f"address-{self.get_ident(request)}"
        return self.cache_format % {"scope": self.scope, "ident": ident}
