"""What the OpenAPI document cannot find out by itself: the token scheme, and the problem any address may answer."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.problems import CONTENT_TYPE, Problem

Direction = Literal["request", "response"]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry
    target_class = "api.authentication.OrganisationTokenAuthentication"
    name = "organisationToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "samsyn_<prefix>_<secret>"}


class Schema(AutoSchema):
    """Every operation may answer with a problem document."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(Problem, direction)
        content = {CONTENT_TYPE: {"schema": problem.ref}}
        bodies.setdefault("default", {"description": "A refusal (RFC 9457).", "content": content})
        return bodies
