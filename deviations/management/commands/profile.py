"""manage.py profile: check, compare, try, activate and export a county's profile."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from deviations import clock
from deviations.profile_source import DatabaseSilent, county_profile, database_has_profiles, read_text
from deviations.services.profiles import DryRun, ProfileRefused, activate, catch_up, checked, dry_run
from orgs.models import County, ProfileVersion
from orgs.profiles import loader
from orgs.profiles.active import NoProfileInForce, version_in_force
from orgs.profiles.diff import differences, unchanged
from orgs.profiles.schema import Profile


class Command(BaseCommand):
    help = _("Kontrollera, jämför, provkör, aktivera eller exportera ett läns profil.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verb = verbs.add_parser("check", help=_("läs hela filen och bevisa vägvalen"))
        verb.add_argument("file", type=Path)
        verb = verbs.add_parser("diff", help=_("visa vad som skiljer två profiler"))
        verb.add_argument("old", help=_("fil, eller länets kortnamn för den som gäller"))
        verb.add_argument("new", help=_("fil, eller länets kortnamn för den som gäller"))
        verb = verbs.add_parser("dry-run", help=_("visa vilka tidigare avvikelser som skulle gå till ett annat organ"))
        verb.add_argument("file", type=Path)
        verb = verbs.add_parser("activate", help=_("låt filen gälla från en dag"))
        verb.add_argument("file", type=Path)
        verb.add_argument("--from", dest="from_date", required=True, help=_("dag, som 2026-01-01"))
        verb = verbs.add_parser("export", help=_("skriv ut profilen som en hel fil"))
        verb.add_argument("county", help=_("länets kortnamn"))
        verb.add_argument("--version", dest="number", type=int, help=_("nummer; annars den som gäller"))
        verbs.add_parser("catch-up", help=_("låt versioner vars dag har kommit slå igenom överallt"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 with every fault when a profile is refused."""
        verb = getattr(self, "run_" + options["verb"].replace("-", "_"))
        try:
            verb(**options)
        except ProfileRefused as refused:
            raise CommandError("\n".join((_("Profilen avvisas:"), *refused.faults))) from refused
        except DatabaseSilent as silent:
            raise CommandError(_("Databasen svarar inte: %(why)s") % {"why": silent}) from silent

    def run_check(self, *, file: Path, **options: Any) -> None:
        profile, proof = checked(read_text(file))
        self.stdout.write(
            _("%(county)s: hela filen är giltig. Vägvalen är bevisade: %(points)s fall, inga hål, inga oavgjorda, "
              "inga döda regler.") % {"county": profile.county.name, "points": _number(proof.points)}
        )  # fmt: skip
        for rule in profile.rules:
            self.stdout.write(f"  {rule.title} [{rule.id}]: {_number(proof.per_rule.get(rule.id, 0))} {_('fall')}")

    def run_diff(self, *, old: str, new: str, **options: Any) -> None:
        before, after = _profile(old), _profile(new)
        found = differences(before, after)
        for change in found:
            self.stdout.write(str(change))
        same = ", ".join(f"{title} {count}" for title, count in unchanged(before, after).items())
        if not found:
            self.stdout.write(_("Ingen skillnad."))
        else:
            self.stdout.write(_("%(count)d skillnader. Oförändrat: %(same)s.") % {"count": len(found), "same": same})

    def run_dry_run(self, *, file: Path, **options: Any) -> None:
        profile, _proof = checked(read_text(file))
        county = _county(profile.county.slug)
        self._show(dry_run(county, profile, by=None))

    def run_activate(self, *, file: Path, from_date: str, **options: Any) -> None:
        _require_database()
        version = activate(None, read_text(file), from_date=_day(from_date), by=None)
        when = version.active_from.isoformat()
        self.stdout.write(
            _("Version %(number)d för %(county)s gäller från %(day)s.")
            % {"number": version.number, "county": version.county.name, "day": when}
        )

    def run_export(self, *, county: str, number: int | None, **options: Any) -> None:
        if number is None:
            self.stdout.write(loader.to_yaml(_profile_of_county(county)), ending="")
            return
        stored = ProfileVersion.objects.filter(county=_county(county), number=number).first()
        if stored is None:
            raise CommandError(_("%(county)s har ingen version %(number)d.") % {"county": county, "number": number})
        self.stdout.write(loader.to_yaml(loader.from_json(stored.document)), ending="")

    def run_catch_up(self, **options: Any) -> None:
        _require_database()
        for county in County.objects.all():
            try:
                version_in_force(county, clock.today())
            except NoProfileInForce:
                continue
            done = catch_up(county)
            text = _("%(county)s: %(made)d nya, %(altered)d ändrade, %(ended)d avslutade.")
            counts = {"made": done.made, "altered": done.altered, "ended": done.ended}
            self.stdout.write(text % {"county": county.name, **counts})

    def _show(self, result: DryRun) -> None:
        self.stdout.write(
            _("%(seen)d avvikelser: %(stay)d når samma organ som förut, %(moved)d byter.")
            % {"seen": result.seen, "stay": result.stay, "moved": result.moved}
        )
        for move in result.moves:
            age = f", {move.age} {_('år')}" if move.age is not None else ""
            self.stdout.write(f"  {move.reference} {move.category}{age}: {move.before} → {move.after}. {move.why}")
        if result.moved > len(result.moves):
            self.stdout.write(_("  och %(count)d till") % {"count": result.moved - len(result.moves)})
        for reason, count in result.unroutable.items():
            self.stdout.write(_("  %(count)d går inte att pröva: %(reason)s") % {"count": count, "reason": reason})


def _profile(name: str) -> Profile:
    """A file, or the county's profile in force."""
    if not Path(name).is_file():
        return _profile_of_county(name)
    try:
        return loader.load(read_text(Path(name)))
    except loader.ProfileError as error:
        raise CommandError(f"{name}:\n{error}") from error


def _profile_of_county(slug: str) -> Profile:
    try:
        return county_profile(slug, use_database=database_has_profiles())
    except KeyError:
        raise CommandError(_("%(name)s är varken en fil eller ett läns kortnamn.") % {"name": slug}) from None


def _county(slug: str) -> County:
    _require_database()
    county = County.objects.filter(slug=slug).first()
    if county is None:
        raise CommandError(_("Länet %(slug)s finns inte i databasen.") % {"slug": slug})
    return county


def _require_database() -> None:
    if not database_has_profiles():
        raise CommandError(_("Databasen är inte förberedd. Kör manage.py migrate först."))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--from ska vara en dag som 2026-01-01, inte %(text)s.") % {"text": text}) from None


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
