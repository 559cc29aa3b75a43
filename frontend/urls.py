"""Addresses of the pages. A step of the workflow has its verb as name here, as everywhere."""

from django.urls import URLPattern, URLResolver, path

from frontend.views import filing, follow, home, lookup, mine, reports
from frontend.views.catalogue import catalogue

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    # filing
    path("anmal/", filing.start, name="filing"),
    path("anmal/<uuid:public_id>/", filing.what, name="filing_what"),
    path("anmal/<uuid:public_id>/berors/", filing.concerns, name="filing_concerns"),
    path("anmal/<uuid:public_id>/verksamheter/", filing.units, name="filing_units"),
    path("anmal/<uuid:public_id>/se-over/", filing.review, name="filing_review"),
    path("anmal/<uuid:public_id>/kasta/", filing.discard, name="filing_discard"),
    # following
    path("mina/", mine.mine, name="mine"),
    path("sok/", mine.search, name="search"),
    path("avvikelse/<uuid:public_id>/", follow.deviation, name="deviation"),
    path("avvikelse/<uuid:public_id>/vagen/", follow.way, name="deviation_way"),
    path("avvikelse/<uuid:public_id>/komplettera/", follow.complete, name="complete"),
    path("avvikelse/<uuid:public_id>/aterta/", follow.withdraw, name="withdraw"),
    path("avvikelse/<uuid:public_id>/hjalpte-det/", follow.answer_helped, name="answer_helped"),
    # looking up
    path("vem-ansvarar/", lookup.responsible, name="lookup"),
    path("rutin/", lookup.routine, name="routine"),
    # learning
    path("rapporter/", reports.reports, name="reports"),
    path("rapporter/<slug:county>/<slug:key>/", reports.report, name="report"),
    path("rapporter/<slug:county>/<slug:key>/diagram.svg", reports.report_chart, name="report_chart"),
    path("rapporter/<slug:county>/<slug:key>/csv", reports.report_csv, name="report_csv"),
    path("komponenter/", catalogue, name="catalogue"),
]
