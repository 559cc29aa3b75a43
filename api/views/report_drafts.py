"""Writing learning reports: begun, written, approved, revised and thrown away, by those who write for the body."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import HANDLE, caller
from api.parsing import Strict, body_of
from api.serializers import report_drafts as shapes
from api.steps import Nothing
from deviations.errors import Invalid
from deviations.learning import period
from deviations.models import LearningReport, Snapshot
from deviations.reports import snapshots
from deviations.reports.decided import offered
from deviations.reports.templates import TEMPLATES
from deviations.services import bodies, learning_reports, report_copies


class ReportDraftsView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="report_drafts_list", responses=shapes.DraftListed(many=True))
    def get(self, request: Request) -> Response:
        """Drafts, and what has been approved, of the bodies that the caller writes for; newest period first."""
        found = learning_reports.written_reports(caller(request)).defer("content", "text")
        return Response(shapes.DraftListed(found, many=True).data)


class ReportDraftView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="report_draft_read", responses=shapes.DraftShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One with its words, how far the counting has come, and what it would say now."""
        return Response(_shown(_own(request, public_id)))


class BeginReportView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="report_begin", request=shapes.BeginReportGiven, responses={201: shapes.DraftShown})
    def post(self, request: Request, pk: int) -> Response:
        """Begin a report of a period that has ended. Its numbers are counted by a worker: ask for the draft again."""
        body = get_object_or_404(bodies.readable_bodies(caller(request)), pk=pk)
        bodies.require_work_for(caller(request), body)
        given = body_of(request, shapes.BeginReportGiven)
        try:
            wanted = period.parse(given["period"])
        except ValueError as wrong:
            raise Invalid({"period": [("unknown", learning_reports.choose_period())]}) from wrong
        report = learning_reports.begin_report(body, template=given["template"], period=wanted, by=caller(request))
        return Response(_shown(_own(request, report.public_id)), status=201)


def _write(report: LearningReport, *, title: str, text: Mapping[str, Any] | None = None, by: Any) -> LearningReport:
    fields = {field.id for field in TEMPLATES[report.template].fields}
    if foreign := [name for name, words in (text or {}).items() if words and name not in fields]:
        raise Invalid({name: [("unknown", _("Den här rapporten har ingen sådan text."))] for name in foreign})
    return learning_reports.write_text(report, title=title, text=text or {}, by=by)


STEPS: Mapping[str, tuple[Callable[..., LearningReport], type[Strict]]] = {
    "write_report": (_write, shapes.WriteReportGiven),
    "recount_report": (learning_reports.recount, Nothing),
    "approve_report": (learning_reports.approve, shapes.ApproveReportGiven),
    "revise_report": (learning_reports.revise, shapes.ReviseReportGiven),
    "discard_report": (learning_reports.discard, Nothing),
}
SAID = {
    "write_report": "Write its title and the author's words anew, without anybody's identity.",
    "recount_report": "Count a draft's numbers anew, as of now.",
    "approve_report": "Freeze it and send the copies: exactly what was read.",
    "revise_report": "Begin a corrected edition of an approved one, with the reason.",
    "discard_report": "Throw a draft away.",
}


def step_view(step: str) -> type[APIView]:
    """One step of the writing; it answers with the report as it has become."""
    do, takes = STEPS[step]

    class View(APIView):
        scopes = HANDLE

        @extend_schema(operation_id=f"report_{step}", request=takes, responses=shapes.DraftShown)
        def post(self, request: Request, public_id: UUID) -> Response:
            made = do(_own(request, public_id), **body_of(request, takes), by=caller(request))
            return Response(_shown(made))

    View.post.__doc__ = SAID[step]
    return View


def _own(request: Request, public_id: UUID) -> LearningReport:
    """Not found for everyone who does not write the body's reports."""
    return get_object_or_404(learning_reports.written_reports(caller(request)), public_id=public_id)


def _shown(report: LearningReport) -> dict[str, Any]:
    ready = report.snapshot is not None and report.snapshot.status == Snapshot.Status.READY
    drafted = report.status == LearningReport.Status.DRAFT
    content = learning_reports.preview(report) if ready and drafted else None
    months = snapshots.period_of(report.first_month, report.last_month)
    return {
        **shapes.DraftListed(report).data,
        "text": report.text,
        "decisions": shapes.DecisionOffered(offered(report.body, months), many=True).data if drafted else [],
        "preview": content.data() if content else None,
        "checksum": content.checksum() if content else report.checksum,
        "copies": shapes.CopyShown(report_copies.sent(report), many=True).data,
    }
