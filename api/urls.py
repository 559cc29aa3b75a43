"""Addresses under /api/v1/. A step's address ends with its name in the workflow table."""

from django.urls import URLPattern, URLResolver, path, re_path

from api.steps import ACTIONS
from api.views import (
    deviations,
    document,
    exports,
    filing,
    members,
    organisations,
    precedents,
    profiles,
    reports,
    statements,
)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("deviations/", filing.DeviationsView.as_view(), name="deviations"),
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
    path("statements/", statements.StatementsView.as_view(), name="statements"),
    path("statements/late/", statements.LateView.as_view(), name="statements_late"),
    path("drafts/", filing.DraftsView.as_view(), name="drafts"),
    path("drafts/<uuid:public_id>/", filing.DraftView.as_view(), name="draft"),
    path("changes/", members.ChangesView.as_view(), name="changes"),
    path("me/", members.MeView.as_view(), name="me"),
    path("memberships/", members.MembershipsView.as_view(), name="memberships"),
    path("memberships/<str:kind>/<int:pk>/end/", members.EndMembershipView.as_view(), name="membership_end"),
    path("organisations/", organisations.OrganisationsView.as_view(), name="organisations"),
    path("organisations/<int:pk>/", organisations.OrganisationView.as_view(), name="organisation"),
    path("organisations/<int:pk>/tokens/", members.TokensView.as_view(), name="tokens"),
    path("tokens/<str:prefix>/revoke/", members.RevokeTokenView.as_view(), name="token_revoke"),
    path("bodies/", organisations.BodiesView.as_view(), name="bodies"),
    path("bodies/<int:pk>/", organisations.BodyView.as_view(), name="body"),
    path("precedents/", precedents.PrecedentsView.as_view(), name="precedents"),
    path("precedents/<uuid:public_id>/", precedents.PrecedentView.as_view(), name="precedent"),
    path(
        "precedents/<uuid:public_id>/withdraw/", precedents.WithdrawPrecedentView.as_view(), name="precedent_withdraw"
    ),
    path("agreements/", organisations.AgreementsView.as_view(), name="agreements"),
    path("counties/", organisations.CountiesView.as_view(), name="counties"),
    path("counties/<slug:slug>/categories/", organisations.CategoriesView.as_view(), name="categories"),
    path("counties/<slug:slug>/choices/", organisations.ChoicesView.as_view(), name="choices"),
    path("counties/<slug:slug>/responsibility/", organisations.ResponsibilityView.as_view(), name="responsibility"),
    path("counties/<slug:slug>/profile_versions/", profiles.VersionsView.as_view(), name="profile_versions"),
    path("counties/<slug:slug>/profile_versions/check/", profiles.CheckView.as_view(), name="profile_check"),
    path("counties/<slug:slug>/profile_versions/<int:number>/", profiles.VersionView.as_view(), name="profile_version"),
    path("reports/", reports.ReportsView.as_view(), name="reports"),
    path("reports/<int:pk>/", reports.ReportView.as_view(), name="report"),
    path("schema/", document.SchemaView.as_view(), name="schema"),
    path("docs/", document.ViewerView.as_view(), name="docs"),
    re_path(r"", document.NowhereView.as_view(), name="nowhere"),
]
