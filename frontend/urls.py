"""Addresses of the pages. A step of the workflow has its verb as name here, as everywhere."""

from django.urls import URLPattern, URLResolver, path

from frontend.views import (
    admin,
    answer,
    body,
    desk,
    filing,
    follow,
    home,
    lookup,
    members,
    mine,
    overdue,
    planning,
    precedents,
    profile,
    registers,
    reports,
    stuck,
)
from frontend.views import helped as helped_views
from frontend.views import settings as settings_views
from frontend.views import unit as unit_views
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
    # handling: the desk, and one page for every step
    path("arbetsbord/", desk.desk, name="desk"),
    path("arbetsbord/lista/", desk.moving, name="desk_moving"),
    path("avvikelse/<uuid:public_id>/handlaggning/", desk.handled, name="deviation_handled"),
    path("avvikelse/<uuid:public_id>/sedd/", desk.seen, name="deviation_seen"),
    path("avvikelse/<uuid:public_id>/tittar/", desk.looking, name="deviation_looking"),
    # answering for a unit
    path("svara/", answer.to_answer, name="to_answer"),
    path("svara/lista/", answer.waiting, name="to_answer_waiting"),
    path("forsenade/", overdue.overdue, name="overdue"),
    path("forsenade/lista/", overdue.overdue_moving, name="overdue_moving"),
    path("avvikelse/<uuid:public_id>/enheten/", answer.unit_side, name="deviation_unit_side"),
    path("avvikelse/<uuid:public_id>/enheter/", answer.units_to_name, name="units_to_name"),
    path("avvikelse/<uuid:public_id>/ta-over/", body.take_back, name="take_back"),
    path("avvikelse/<uuid:public_id>/<slug:step>/", desk.take, name="step"),
    # looking up
    path("vem-ansvarar/", lookup.responsible, name="lookup"),
    path("vagledande/", precedents.library, name="precedents"),
    path("vagledande/<uuid:public_id>/", precedents.precedent, name="precedent"),
    path("vagledande/<uuid:public_id>/aterkalla/", precedents.withdraw, name="precedent_withdraw"),
    path("rutin/", lookup.routine, name="routine"),
    path("hjalp/", lookup.manual, name="manual"),
    # the unit's own
    path("enhet/", unit_views.my_unit, name="my_unit"),
    path("enhet/<int:pk>/", unit_views.unit, name="unit"),
    path("enhet/<int:pk>/apt/", unit_views.sheet, name="apt"),
    # letters
    path("hjalpte/<str:token>/", helped_views.helped, name="helped"),
    path("installningar/", settings_views.settings, name="settings"),
    path("installningar/brev/<int:pk>/", settings_views.letter, name="letter"),
    # a body's own work, its plan and its yearly wheel
    path("organ/", body.listed, name="bodies"),
    path("organ/<slug:county>/<slug:key>/", body.body, name="body"),
    path("organ/<slug:county>/<slug:key>/vila/", body.rest, name="rest"),
    path("organ/<slug:county>/<slug:key>/arshjul/", body.wheel, name="wheel"),
    path("organ/<slug:county>/<slug:key>/plan/", planning.start, name="start_plan"),
    path("arshjul/<int:pk>/klar/", body.finish_duty, name="finish_duty"),
    path("plan/<int:pk>/", planning.plan, name="plan"),
    path("plan/<int:pk>/anta/", planning.adopt, name="adopt_plan"),
    path("plan/<int:pk>/avsluta/", planning.end, name="end_plan"),
    path("plan/<int:pk>/aktivitet/", planning.add_activity, name="add_activity"),
    path("plan/<int:pk>/aterrapportera/", planning.report_plan, name="report_plan"),
    path("aktivitet/<int:pk>/", planning.change_activity, name="change_activity"),
    path("aktivitet/<int:pk>/laget/", planning.report_activity, name="report_activity"),
    # registers
    path("register/", registers.registers_page, name="registers"),
    path("register/kontaktvagar/", registers.routes, name="routes"),
    path("register/kontaktvagar/ny/", registers.add_route, name="add_route"),
    path("register/kontaktvagar/<int:pk>/", registers.change_route, name="change_route"),
    path("register/kontaktvagar/<int:pk>/avsluta/", registers.end_route, name="end_route"),
    path("register/kontaktvagar/<int:pk>/ingen-svarade/", registers.nobody_answered, name="nobody_answered"),
    path("register/kontaktvagar/<int:pk>/anmal/", registers.file_about, name="file_about_route"),
    path("register/<slug:key>/", registers.agreement, name="agreement"),
    path("register/<slug:key>/<int:unit>/", registers.acknowledge, name="acknowledge"),
    # administration
    path("administration/", admin.administration, name="administration"),
    path("administration/fastnat/", stuck.stuck, name="stuck"),
    path("administration/brev/", settings_views.failed, name="failed_letters"),
    path("administration/brev/<int:pk>/igen/", settings_views.send_again, name="send_letter_again"),
    path("administration/profil/<slug:slug>/", profile.versions, name="profile_versions"),
    path("administration/profil/<slug:slug>/ny/", profile.check, name="profile_check"),
    path("administration/profil/<slug:slug>/aktivera/", profile.activate, name="profile_activate"),
    path("administration/profil/<slug:slug>/<int:number>/", profile.version, name="profile_version"),
    path("administration/profil/<slug:slug>/<int:number>/fil/", profile.export, name="profile_export"),
    path("administration/roller/", members.places, name="places"),
    path("administration/roller/<slug:kind>/<int:pk>/", members.members, name="members"),
    path(
        "administration/roller/<slug:kind>/<int:pk>/<int:membership>/avsluta/",
        members.end_membership,
        name="end_membership",
    ),
    # learning
    path("rapporter/", reports.reports, name="reports"),
    path("rapporter/<slug:county>/<slug:key>/", reports.report, name="report"),
    path("rapporter/<slug:county>/<slug:key>/diagram.svg", reports.report_chart, name="report_chart"),
    path("rapporter/<slug:county>/<slug:key>/csv", reports.report_csv, name="report_csv"),
    path("komponenter/", catalogue, name="catalogue"),
]
