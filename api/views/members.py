"""Rights: who holds which role, tokens of organisations, and what the caller itself holds."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import tokens
from api.authentication import ANY_SCOPE, MEMBERS, READ, caller
from api.models import OrganisationToken
from api.parsing import body_of, checked, query_of
from api.serializers.members import (
    PLACES,
    ChangesShown,
    GrantGiven,
    MembershipShown,
    MeShown,
    PlaceGiven,
    TokenGiven,
    TokenIssued,
    TokenShown,
)
from api.serializers.queries import ChangesQuery
from deviations.live import missed_since
from orgs.models import Organisation
from orgs.permissions import Denied, NotAllowed, end, grant, keys_of, may_manage_members, place_kind, type_of_place
from orgs.roles import ROLES


class MeView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="me_read", responses=MeShown)
    def get(self, request: Request) -> Response:
        """Who the caller is and which roles are in force today."""
        user, token = caller(request), request.auth
        scopes = token.scopes if isinstance(token, OrganisationToken) else None
        shown = {"name": user.name, "email": user.email, "language": user.language, "scopes": scopes}
        return Response(MeShown({**shown, "roles": _roles_of(user)}).data)


def _roles_of(user: Any) -> list[dict[str, Any]]:
    held = keys_of(user).roles
    names: dict[tuple[str, int], str] = {}
    for kind in {place for _code, place, _pk in held}:
        model = type_of_place[kind][0]
        pks = [pk for _code, place, pk in held if place == kind]
        names |= {(kind, row.pk): str(row) for row in model._default_manager.filter(pk__in=pks)}
    return [
        {"role": code, "label": str(ROLES[code].label), "place": place, "id": pk, "name": names[place, pk]}
        for code, place, pk in held
    ]


class ChangesView(APIView):
    scopes = READ

    @extend_schema(operation_id="changes_list", parameters=[ChangesQuery], responses=ChangesShown)
    def get(self, request: Request) -> Response:
        """Which visible deviations changed after a position: ids only, read the deviation for the rest."""
        after = query_of(request, ChangesQuery).get("after")
        return Response(ChangesShown(missed_since(caller(request), after)).data)


class MembershipsView(APIView):
    scopes = MEMBERS

    @extend_schema(operation_id="memberships_list", parameters=[PlaceGiven], responses=MembershipShown(many=True))
    def get(self, request: Request) -> Response:
        """Who holds, and has held, which role on one place that the caller answers for."""
        query_of(request, PlaceGiven)
        place = _answered_for(request, request.query_params)
        return Response(MembershipShown(_with_names(place_kind(place)).filter(content_object=place), many=True).data)

    @extend_schema(operation_id="membership_grant", request=GrantGiven, responses={201: MembershipShown})
    def post(self, request: Request) -> Response:
        """Give a person a role on a place, at once in force."""
        _answered_for(request, request.data)  # before the body is read: it may tell who has an account
        given = body_of(request, GrantGiven)
        dates = {name: given[name] for name in ("valid_from", "valid_until") if name in given}
        held = grant(given["user"], given["role"], given["place"], by=caller(request), **dates)
        return Response(MembershipShown(held).data, status=201)


class EndMembershipView(APIView):
    scopes = MEMBERS

    @extend_schema(
        operation_id="membership_end",
        request=None,
        responses=MembershipShown,
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=sorted(type_of_place))],
    )
    def post(self, request: Request, kind: str, pk: int) -> Response:
        """Take a role away, at once. A role that the caller does not answer for is not found."""
        if kind not in type_of_place:
            raise Http404
        held = get_object_or_404(_with_names(kind), pk=pk)
        if not may_manage_members(request.user, held.place):
            raise Http404
        if held.ended_at is None:
            end(held, by=caller(request))
        return Response(MembershipShown(held).data)


def _answered_for(request: Request, sent: Any) -> Any:
    """The place that is named, where the caller manages rights."""
    if isinstance(sent, Mapping):
        sent = {name: sent[name] for name in PLACES if name in sent}
    place = checked(PlaceGiven(data=sent))["place"]
    allowed = may_manage_members(request.user, place)
    if isinstance(allowed, Denied):
        raise NotAllowed(allowed.reason)
    return place


def _with_names(kind: str) -> QuerySet[Any]:
    table = type_of_place[kind][1]
    return table._default_manager.select_related("user", "permission", "content_object").order_by("pk")


class TokensView(APIView):
    """For people only: a token never makes another."""

    scopes = frozenset[str]()

    @extend_schema(operation_id="tokens_list", responses=TokenShown(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The organisation's tokens, newest first, for those who answer for rights there."""
        organisation = get_object_or_404(Organisation, pk=pk)
        found = tokens.of(organisation, by=caller(request))
        return Response(TokenShown(found, many=True).data)

    @extend_schema(operation_id="token_issue", request=TokenGiven, responses={201: TokenIssued})
    def post(self, request: Request, pk: int) -> Response:
        """Issue a token. It is in this answer and nowhere else."""
        organisation = get_object_or_404(Organisation.objects.select_related("principal"), pk=pk)
        issued = tokens.issue(organisation, **body_of(request, TokenGiven), by=caller(request))
        shown = {**TokenShown(issued.token).data, "token": issued.written}
        return Response(shown, status=201, headers={"Cache-Control": "no-store"})


class RevokeTokenView(APIView):
    scopes = frozenset[str]()

    @extend_schema(operation_id="token_revoke", request=None, responses=TokenShown)
    def post(self, request: Request, prefix: str) -> Response:
        """Revoke a token, at once. One that the caller does not answer for is not found."""
        token = get_object_or_404(OrganisationToken.objects.select_related("organisation", "account"), prefix=prefix)
        if not may_manage_members(request.user, token.organisation):
            raise Http404
        return Response(TokenShown(tokens.revoke(token, by=caller(request))).data)
