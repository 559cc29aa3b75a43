"""Where commands get a county's profile: the version in force in the database, else the shipped one."""

from pathlib import Path

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from deviations import clock
from orgs.models import County, ProfileVersion
from orgs.profiles import loader
from orgs.profiles.active import NoProfileInForce, version_in_force
from orgs.profiles.schema import Profile


class DatabaseSilent(RuntimeError):
    """A database is configured and does not answer."""


def database_has_profiles() -> bool:
    """False when there is no database yet, or none that is migrated; nothing is created by asking.

    Raises DatabaseSilent when a database server is configured and cannot be reached.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "mode=memory" not in name and name != ":memory:" and not Path(name).exists():
        return False
    try:
        return ProfileVersion._meta.db_table in connection.introspection.table_names()
    except OperationalError as error:
        raise DatabaseSilent(str(error)) from error


def county_profile(slug: str, *, use_database: bool) -> Profile:
    """By short name, name or code of the county. Raises KeyError for a county that nobody has a profile for."""
    if use_database:
        for county in County.objects.all():
            if slug in (county.slug, county.code, county.name):
                try:
                    return loader.from_json(version_in_force(county, clock.today()).document)
                except NoProfileInForce:
                    break
    for known in loader.shipped_slugs():
        profile = loader.shipped(known)
        if slug in (known, profile.county.code, profile.county.name):
            return profile
    raise KeyError(slug)


def known_counties(*, use_database: bool) -> list[str]:
    stored = County.objects.values_list("slug", flat=True) if use_database else []
    return sorted({*stored, *loader.shipped_slugs()})


def read_text(path: Path) -> str:
    """The file's text. Raises CommandError in Swedish."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CommandError(_("Filen %(file)s finns inte.") % {"file": path}) from None
    except UnicodeDecodeError as error:
        text = _("Filen %(file)s går inte att läsa: den är inte UTF-8 (byte %(byte)d).")
        raise CommandError(text % {"file": path, "byte": error.start + 1}) from error
    except OSError as error:
        raise CommandError(
            _("Filen %(file)s går inte att läsa (%(why)s).") % {"file": path, "why": error.strerror}
        ) from error
