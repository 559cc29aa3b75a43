"""Addresses under /api/v1/. A step's address ends with its name in the workflow table."""

from django.urls import URLPattern, URLResolver, path, re_path

from api.steps import ACTIONS
from api.views import (
    bulk,
    deviations,
    document,
    exports,
    filing,
    governance,
    meetings,
    members,
    organisations,
    patterns,
    precedents,
    process,
    profiles,
    report_drafts,
    report_files,
    reports,
    sip,
    sip_training,
    statements,
    steering,
    units,
)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("deviations/", filing.DeviationsView.as_view(), name="deviations"),
    path("deviations/bulk/", bulk.BulkView.as_view(), name="bulk"),
    path("deviations/preview/", filing.PreviewView.as_view(), name="preview"),
    path("deviations/export.csv", exports.CsvView.as_view(), name="export_csv"),
    path("deviations/export.json", exports.JsonView.as_view(), name="export_json"),
    path("deviations/<uuid:public_id>/", deviations.DeviationView.as_view(), name="deviation"),
    path("deviations/<uuid:public_id>/history/", deviations.HistoryView.as_view(), name="history"),
    path("deviations/<uuid:public_id>/notes/", deviations.NotesView.as_view(), name="notes"),
    path("deviations/<uuid:public_id>/parts/<str:part>/", deviations.PartView.as_view(), name="part"),
    *(
        path(f"deviations/<uuid:public_id>/{step}/", filing.view_of(step).as_view(), name=f"step_{step}")
        for step in ACTIONS
    ),
    path("deviations/<uuid:public_id>/take_back/", governance.TakeBackView.as_view(), name="take_back"),
    path("statements/", statements.StatementsView.as_view(), name="statements"),
    path("statements/late/", statements.LateView.as_view(), name="statements_late"),
    path("escalations/", steering.EscalationsView.as_view(), name="escalations"),
    path("escalations/<uuid:public_id>/", steering.EscalationView.as_view(), name="escalation"),
    *(
        path(f"escalations/<uuid:public_id>/{step}/", steering.answer_view(step).as_view(), name=f"escalation_{step}")
        for step in steering.ANSWERS
    ),
    path("working_groups/", steering.WorkingGroupsView.as_view(), name="working_groups"),
    *(
        path(f"working_groups/<uuid:public_id>/{step}/", steering.group_view(step).as_view(), name=step)
        for step in steering.GROUP_STEPS
    ),
    path("adoptions/", steering.AdoptionsView.as_view(), name="adoptions"),
    *(
        path(f"adoptions/<int:pk>/{step}/", steering.adoption_view(step).as_view(), name=step)
        for step in steering.ADOPTION_STEPS
    ),
    path("measures/", steering.MeasuresView.as_view(), name="measures"),
    path("drafts/", filing.DraftsView.as_view(), name="drafts"),
    path("drafts/<uuid:public_id>/", filing.DraftView.as_view(), name="draft"),
    path("changes/", members.ChangesView.as_view(), name="changes"),
    path("me/", members.MeView.as_view(), name="me"),
    path("me/mail/", units.MailView.as_view(), name="me_mail"),
    path("memberships/", members.MembershipsView.as_view(), name="memberships"),
    path("memberships/<str:kind>/<int:pk>/end/", members.EndMembershipView.as_view(), name="membership_end"),
    path("organisations/", organisations.OrganisationsView.as_view(), name="organisations"),
    path("organisations/<int:pk>/", organisations.OrganisationView.as_view(), name="organisation"),
    path("organisations/<int:pk>/year/", units.YearView.as_view(), name="unit_year"),
    path("organisations/<int:pk>/sheet/", units.SheetView.as_view(), name="unit_sheet"),
    path("organisations/<int:pk>/tokens/", members.TokensView.as_view(), name="tokens"),
    path("tokens/<str:prefix>/revoke/", members.RevokeTokenView.as_view(), name="token_revoke"),
    path("bodies/", organisations.BodiesView.as_view(), name="bodies"),
    path("bodies/<int:pk>/", organisations.BodyView.as_view(), name="body"),
    *(
        path(f"bodies/<int:pk>/{step}/", governance.resting_view(step).as_view(), name=f"body_{step}")
        for step in governance.RESTING
    ),
    path("duties/", governance.DutiesView.as_view(), name="duties"),
    path("duties/<int:pk>/finish/", governance.FinishDutyView.as_view(), name="duty_finish"),
    path("plans/", governance.PlansView.as_view(), name="plans"),
    path("plans/<int:pk>/", governance.PlanView.as_view(), name="plan"),
    path("precedents/", precedents.PrecedentsView.as_view(), name="precedents"),
    path("precedents/<uuid:public_id>/", precedents.PrecedentView.as_view(), name="precedent"),
    path(
        "precedents/<uuid:public_id>/withdraw/", precedents.WithdrawPrecedentView.as_view(), name="precedent_withdraw"
    ),
    path("patterns/", patterns.PatternsView.as_view(), name="patterns"),
    path("patterns/<uuid:public_id>/", patterns.PatternView.as_view(), name="pattern"),
    *(
        path(f"patterns/<uuid:public_id>/{step}/", patterns.judging_view(step).as_view(), name=f"pattern_{step}")
        for step in patterns.TAKES
    ),
    path("learning_cases/", patterns.CasesView.as_view(), name="learning_cases"),
    path("learning_cases/<uuid:public_id>/", patterns.CaseView.as_view(), name="learning_case"),
    path("agreements/", organisations.AgreementsView.as_view(), name="agreements"),
    path("agreements/states/", governance.AgreementStatesView.as_view(), name="agreement_states"),
    path("agreements/<int:pk>/acknowledge/", governance.AcknowledgeView.as_view(), name="agreement_acknowledge"),
    path("contact_routes/", governance.ContactRoutesView.as_view(), name="contact_routes"),
    path("contact_routes/<int:pk>/nobody_answered/", governance.NobodyAnsweredView.as_view(), name="nobody_answered"),
    path("counties/", organisations.CountiesView.as_view(), name="counties"),
    path("counties/<slug:slug>/categories/", organisations.CategoriesView.as_view(), name="categories"),
    path("counties/<slug:slug>/choices/", organisations.ChoicesView.as_view(), name="choices"),
    path("counties/<slug:slug>/responsibility/", organisations.ResponsibilityView.as_view(), name="responsibility"),
    path("counties/<slug:slug>/profile_versions/", profiles.VersionsView.as_view(), name="profile_versions"),
    path("counties/<slug:slug>/profile_versions/check/", profiles.CheckView.as_view(), name="profile_check"),
    path("counties/<slug:slug>/profile_versions/<int:number>/", profiles.VersionView.as_view(), name="profile_version"),
    path("meetings/", meetings.MeetingsView.as_view(), name="meetings"),
    path("meetings/<uuid:public_id>/", meetings.MeetingView.as_view(), name="meeting"),
    path("meetings/<uuid:public_id>/minutes/", meetings.MinutesView.as_view(), name="meeting_minutes"),
    path(
        "meetings/<uuid:public_id>/items/<int:pk>/record_decision/",
        meetings.DecisionView.as_view(),
        name="record_decision",
    ),
    *(
        path(f"meetings/<uuid:public_id>/{step}/", meetings.step_view(step).as_view(), name=f"meeting_{step}")
        for step in meetings.STEPS
    ),
    path("process_measures/", process.MeasuresView.as_view(), name="process_measures"),
    path("process_measures/<uuid:public_id>/values/", process.MeasureValuesView.as_view(), name="process_values"),
    path("recommendations/", process.RecommendationsView.as_view(), name="recommendations"),
    path(
        "recommendations/<uuid:public_id>/statuses/",
        process.RecommendationStatusView.as_view(),
        name="recommendation_statuses",
    ),
    path("sip_counts/", sip.SipCountsView.as_view(), name="sip_counts"),
    path("sip_counts/import/", sip.SipImportView.as_view(), name="sip_import"),
    path("sip_counts/overview/", sip.SipOverviewView.as_view(), name="sip_overview"),
    path("sip_training/", sip_training.SipTrainingView.as_view(), name="sip_training"),
    path("sip_training/import/", sip_training.SipTrainingImportView.as_view(), name="sip_training_import"),
    path("reports/", reports.ReportsView.as_view(), name="reports"),
    path("reports/<uuid:public_id>/", reports.ReportView.as_view(), name="report"),
    path(
        "reports/<uuid:public_id>/files/<slug:format_key>/", report_files.ReportFileView.as_view(), name="report_file"
    ),
    path("report_drafts/", report_drafts.ReportDraftsView.as_view(), name="report_drafts"),
    path("report_drafts/<uuid:public_id>/", report_drafts.ReportDraftView.as_view(), name="report_draft"),
    *(
        path(f"report_drafts/<uuid:public_id>/{step}/", report_drafts.step_view(step).as_view(), name=step)
        for step in report_drafts.STEPS
    ),
    path("bodies/<int:pk>/report_drafts/", report_drafts.BeginReportView.as_view(), name="begin_report"),
    path("bodies/<int:pk>/numbers/", reports.NumbersView.as_view(), name="body_numbers"),
    path("schema/", document.SchemaView.as_view(), name="schema"),
    path("docs/", document.ViewerView.as_view(), name="docs"),
    re_path(r"", document.NowhereView.as_view(), name="nowhere"),
]
