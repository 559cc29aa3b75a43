"""`manage.py audits`: lay the shipped audits into the counties they are about, and say what does not agree in them."""

from typing import Any

from django.core.management import BaseCommand

from deviations.audits.loading import load_audits
from deviations.services.audits import findings_of
from orgs.models import County


class Command(BaseCommand):
    help = "Lägg in de medföljande revisionerna i länen. Det som människor har skrivit ligger kvar."

    def handle(self, *args: Any, **options: Any) -> None:
        for county in County.objects.order_by("name"):
            for audit in load_audits(county):
                given = audit.recommendations.prefetch_related("replies", "statuses").order_by("pk")
                self.stdout.write(f"{county.name}: {audit.title} {audit.year}, {len(given)} rekommendationer")
                for finding in findings_of(audit, given):
                    self.stdout.write(f"  {finding.number} {finding.words}".replace("   ", "  "))
