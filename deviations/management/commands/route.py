"""manage.py route: where each situation in a file would go, and why. Files nothing."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from deviations import situations
from deviations.deadlines import in_swedish
from deviations.profile_source import DatabaseSilent, county_profile, database_has_profiles, known_counties, read_text
from deviations.situations import Situation, SituationError
from orgs.profiles.schema import Profile


class Command(BaseCommand):
    help = _("Visar vart varje situation i en YAML-fil skulle gå, och varför. Sparar ingenting.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("YAML med en lista situationer under cases"))
        parser.add_argument("--json", action="store_true", help=_("En JSON-lista, en post per situation."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what can be decided, then fails with status 1 when a situation could not be read."""
        self.use_database = self._use_database()
        self.profiles: dict[str, Profile] = {}
        decisions: list[dict[str, Any]] = []
        faults: list[str] = []
        for position, situation in enumerate(self._situations(options["file"]), start=1):
            name = situations.named(situation, position)
            for field in situations.unknown_fields(situation):
                self.stderr.write(_("%(id)s, %(field)s: okänd uppgift, används inte.") % {"id": name, "field": field})
            head = {"id": name, "county": situation.get("county")}
            try:
                decisions.append({**head, **situations.decide(situation, self._profile(situation))})
            except SituationError as error:
                faults.append(f"{name}, {error.field}: {error}.")
                decisions.append({**head, "error": {"field": error.field, "message": str(error)}})
        if options["json"]:
            self.stdout.write(json.dumps(decisions, ensure_ascii=False, indent=1, default=str))
        else:
            self.stdout.write("\n\n".join(map(as_text, decisions)))
        if faults:
            raise CommandError("\n".join(faults))

    def _use_database(self) -> bool:
        try:
            return database_has_profiles()
        except DatabaseSilent:
            self.stderr.write(_("Databasen svarar inte. Profilerna som följer med programmet används."))
            return False

    def _situations(self, path: Path) -> list[Situation]:
        try:
            return situations.read(read_text(path))
        except SituationError as error:
            raise CommandError(f"{path}: {error}") from error

    def _profile(self, situation: Situation) -> Profile:
        slug = situation.get("county")
        if not isinstance(slug, str):
            raise SituationError("county", _("saknas"))
        if slug not in self.profiles:
            try:
                self.profiles[slug] = county_profile(slug, use_database=self.use_database)
            except KeyError:
                known = ", ".join(known_counties(use_database=self.use_database))
                text = _("länet ”%(county)s” har ingen profil (de som finns: %(known)s)")
                raise SituationError("county", text % {"county": slug, "known": known}) from None
        return self.profiles[slug]


def as_text(decision: dict[str, Any]) -> str:
    """A paragraph for a person to read."""
    title = f"{decision['id']} ({decision['county']})"
    if "error" in decision:
        error = decision["error"]
        return f"{title}\n  {_('Går inte att avgöra')}: {error['field']}: {error['message']}"
    rows = [title, f"  {decision['explanation']}"]
    if decision["accountable_body"]:
        day = in_swedish_iso(decision["triage_due_on"])
        rows.append(f"  {_('Ansvarigt organ')}: {decision['shown_as']} [{decision['accountable']}]")
        rows.append(f"  {_('Informeras')}: {', '.join(decision['informed_shown']) or '–'}")
        rows.append(f"  {_('Tidsgräns')}: {_('tas emot senast')} {day}; {_('svar inom')} {decision['answer_limit']}")
        rows += [f"  {_('Märks')}: {flag}. {text}" for flag, text in decision["flag_texts"].items()]
        rows += [f"  {_('Vem ansvarar')}: {', '.join(decision['lookup'])}"] if decision["lookup"] else []
        rows += [f"  {_('Fakta')}: {line}" for line in decision["facts"]]
        rows += [f"  {_('Inte')} {lost['title']} [{lost['rule']}]: {lost['why']}" for lost in decision["losers"]]
    rows += [f"  {_('Stoppas')}: {code}" for code in decision["refused"]]
    rows += [f"  {_('Se över')}: {code}" for code in decision["warned"]]
    return "\n".join(rows)


def in_swedish_iso(day: str) -> str:
    return in_swedish(date.fromisoformat(day))
