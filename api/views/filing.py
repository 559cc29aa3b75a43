"""Filing: straight, by way of a draft, or only looked at beforehand. And every step after that."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANSWER, FILE, HANDLE, READ, caller, require_scope
from api.parsing import body_of
from api.serializers.deviations import DeviationPage, DeviationShown, shown
from api.serializers.filing import DraftChanged, DraftList, FilingGiven, IdempotencyKey, PreviewShown, filing_from
from api.serializers.queries import ListQuery
from api.steps import ACTIONS, Action
from api.views.deviations import just_filed, page_of, seen_by
from deviations.errors import NotYours
from deviations.models import Deviation, Party
from deviations.rights import Acting, WrongStateDenied, may
from deviations.services.filing import file_once, filing_of, require_may_file, save_draft
from deviations.services.form import Preview, preview
from deviations.workflow import State
from orgs.permissions import Denied

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    description="8 to 80 visible characters. The same key with the same content files once.",
)  # fmt: skip


class DeviationsView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return FILE if request.method == "POST" else READ

    @extend_schema(operation_id="deviations_list", parameters=[ListQuery], responses=DeviationPage)
    def get(self, request: Request) -> Response:
        """What the caller may see, newest first. Drafts are listed apart."""
        return Response(page_of(request))

    @extend_schema(
        operation_id="deviation_file",
        parameters=[KEY],
        request=FilingGiven,
        responses={201: DeviationShown, 200: DeviationShown},
    )
    def post(self, request: Request) -> Response:
        """File. 201 the first time; 200 with `Idempotency-Replayed: true` when the same is sent again."""
        key = IdempotencyKey.of(request)
        filing = filing_from(body_of(request, FilingGiven))
        deviation, new = file_once(filing, by=caller(request), idempotency_key=key)
        if new:
            return Response(shown(just_filed(deviation), request.user), status=201)
        document = shown(seen_by(request.user, deviation.public_id), request.user)
        return Response(document, headers={"Idempotency-Replayed": "true"})


class PreviewView(APIView):
    scopes = FILE

    @extend_schema(operation_id="deviation_preview", request=FilingGiven, responses=PreviewShown)
    def post(self, request: Request) -> Response:
        """Where it would go and why, and what the privacy guard says. Nothing is stored."""
        filing = filing_from(body_of(request, FilingGiven))
        require_may_file(caller(request), filing.reporting_unit)
        return Response(PreviewShown(_as_rows(preview(filing))).data)


def _as_rows(seen: Preview) -> dict[str, Any]:
    return {
        "routing": seen.routing.as_dict() if seen.routing else None,
        "errors": [
            {"field": field, "code": code, "message": message}
            for field, faults in seen.errors.items()
            for code, message in faults
        ],
        "findings": [
            {"field": field, **{name: getattr(finding, name) for name in finding.__slots__}}
            for field, findings in seen.findings.items()
            for finding in findings
        ],
    }


def drafts_of(user: Any) -> Any:
    return (
        Deviation.objects.visible_to(user)
        .filter(state=State.DRAFT, filed_by=user)
        .select_related("reporting_unit__principal", "reporting_principal", "receiving_unit", "receiving_principal")
    )


class DraftsView(APIView):
    scopes = FILE

    @extend_schema(operation_id="drafts_list", responses=DraftList)
    def get(self, request: Request) -> Response:
        """The caller's own drafts, newest first, at most 100."""
        return Response(DraftList({"results": drafts_of(request.user).order_by("-pk")[:100]}).data)

    @extend_schema(operation_id="draft_save", request=FilingGiven, responses={201: DeviationShown})
    def post(self, request: Request) -> Response:
        """Keep what is filled in so far. Submit or discard it at its address under deviations/."""
        draft = save_draft(filing_from(body_of(request, FilingGiven)), by=caller(request))
        return Response(shown(seen_by(request.user, draft.public_id), request.user), status=201)


class DraftView(APIView):
    scopes = FILE

    @extend_schema(operation_id="draft_change", request=DraftChanged, responses=DeviationShown)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change some of what is filled in; the rest stays."""
        draft = get_object_or_404(drafts_of(request.user), public_id=public_id)
        changed = body_of(request, DraftChanged)
        kept = filing_of(draft)
        filing = filing_from({**{name: getattr(kept, name) for name in kept.__slots__}, **changed})
        save_draft(filing, by=caller(request), draft=draft)
        return Response(shown(seen_by(request.user, public_id), request.user))


# A step that several may take is taken as one of them: the scope must be that one's.
SCOPE_OF_PARTY: Mapping[str, frozenset[str]] = {
    Party.Role.REPORTING: FILE,
    Party.Role.RECEIVING: ANSWER,
    Party.Role.ACCOUNTABLE: HANDLE,
    Party.Role.STAND_IN: HANDLE,
    Party.Role.STEERING: HANDLE,
}


OF_EITHER_SIDE = frozenset({"open_dispute", "give_view"})
"""Whoever answers for a unit takes these as that, also for the unit that reported."""


def scope_of(step: str, role: str) -> frozenset[str]:
    if step in OF_EITHER_SIDE and role == Party.Role.REPORTING:
        return ANSWER
    return SCOPE_OF_PARTY[role]


class StepView(APIView):
    """One class for all steps; `view_of` gives each its own address and document."""

    action: Action

    def scopes(self, request: Request) -> frozenset[str]:
        return self.action.scopes

    def post(self, request: Request, public_id: UUID) -> Response:
        deviation = seen_by(request.user, public_id)
        answer = may(request.user, self.action.step, deviation)
        if isinstance(answer, Denied) and not isinstance(answer, WrongStateDenied):
            raise NotYours(answer.reason)  # before the body is read: what it names may tell who has an account
        if isinstance(answer, Acting):
            require_scope(request, scope_of(self.action.step, answer.party.role))
        given = body_of(request, self.action.takes, deviation=deviation)
        self.action.do(deviation, **given, by=caller(request))
        if self.action.step == "discard":
            return Response(status=204)
        return Response(shown(seen_by(request.user, public_id), request.user))


def view_of(step: str) -> type[StepView]:
    action = ACTIONS[step]
    name = "".join(part.title() for part in step.split("_")) + "View"
    describe = extend_schema(
        operation_id=f"deviation_{step}",
        request=action.takes,
        responses={204: None} if step == "discard" else DeviationShown,
        description=action.do.__doc__ or "",
    )

    def post(self: StepView, request: Request, public_id: UUID) -> Response:
        return StepView.post(self, request, public_id)

    return type(name, (StepView,), {"action": action, "post": describe(post), "__module__": __name__})
