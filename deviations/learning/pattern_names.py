"""What to call what deviations share: the county's own names, in the words of the profile in force today."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from deviations import clock
from orgs.models import County, Organisation
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile

Shared = tuple[str, str]
WHAT: Mapping[str, str | Promise] = {
    "clause": gettext_lazy("Punkt i överenskommelse"),
    "category": gettext_lazy("Slag"),
    "problem_area": gettext_lazy("Problemområde"),
    "care_level": gettext_lazy("Vårdnivå"),
    "municipality": gettext_lazy("Kommun"),
    "reporting_principal": gettext_lazy("Anmäls av"),
    "reporting_kind": gettext_lazy("Anmäls av"),
    "receiving_unit": pgettext_lazy("vilka", "Gäller"),
}
UNIT_KINDS: Mapping[str, str | Promise] = {
    "primary_care": gettext_lazy("primärvården"),
    "psychiatry": gettext_lazy("vuxenpsykiatrin"),
    "child_psychiatry": gettext_lazy("barn- och ungdomspsykiatrin"),
    "first_line": gettext_lazy("första linjen"),
    "hospital": gettext_lazy("sjukhuset"),
    "habilitation": gettext_lazy("habiliteringen"),
    "speech_therapy": gettext_lazy("logopedin"),
    "child_health": gettext_lazy("barnhälsovården"),
    "school": gettext_lazy("skolan"),
    "school_health": gettext_lazy("elevhälsan"),
    "preschool": gettext_lazy("förskolan"),
    "social_services": gettext_lazy("socialtjänsten"),
    "elder_care": gettext_lazy("äldreomsorgen"),
    "home_care": gettext_lazy("hemtjänsten"),
    "municipal_health_care": gettext_lazy("den kommunala hälso- och sjukvården"),
    "disability_support": gettext_lazy("funktionsstödet"),
    "social_psychiatry": gettext_lazy("socialpsykiatrin"),
}


def names_of(shared: Iterable[Shared], county: County) -> dict[Shared, str]:
    """At most two statements. What today's profile no longer knows keeps its id."""
    asked = set(shared)
    profile = profile_of(version_in_force(county, clock.today()).pk)
    keys = {id for what, id in asked if what in ("receiving_unit", "reporting_principal")}
    codes = {id for what, id in asked if what == "municipality"}
    units = dict(Organisation.objects.filter(county=county, key__in=keys).values_list("key", "name")) if keys else {}
    in_place = Organisation.objects.filter(county=county, parent__isnull=True, municipality_code__in=codes)
    places = dict(in_place.values_list("municipality_code", "name")) if codes else {}
    return {(what, id): units.get(id) or places.get(id) or _in_profile(what, id, profile) for what, id in asked}


def _in_profile(what: str, id: str, profile: Profile) -> str:
    if what == "reporting_kind":
        return str(UNIT_KINDS.get(id, id))
    if what == "care_level":
        return _("vårdnivå %(level)s") % {"level": id}
    if what == "problem_area":
        return next((area.name for area in profile.responsibility.areas if area.id == id), id)
    try:
        if what == "category":
            return profile.category(id).name
        if what == "clause":
            agreement, clause = profile.cited(id)
            return f"{agreement.name}, {clause.number} {clause.title}" if clause else agreement.name
    except KeyError:  # the county has retired it since
        pass
    return id
