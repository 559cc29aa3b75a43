"""What a device sends when it is back. A field that cannot be read costs that field, never what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.services.arriving import Faults
from deviations.services.form import Filing
from frontend.forms.filing import PlainText
from orgs.models import Organisation

LONGEST_ID = 18  # digits that every database takes
MOST_RECEIVERS = 6


class OfflineForm(forms.Form):
    """`id` and `person` must be right, or nothing is taken in; the rest is read as far as it can be."""

    id = forms.UUIDField()
    person = forms.CharField(max_length=64)
    send = forms.BooleanField(required=False)
    happened = PlainText()
    occurred_on = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Datumet går inte att läsa. Skriv det som 2026-03-29.")}
    )
    age = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=120,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Ange åldern i hela år, 0 till 120.")
        ),
    )
    category = forms.CharField(required=False, max_length=80)
    local_reference = forms.CharField(required=False, max_length=120)

    def taken(self) -> bool:
        """Whether there is something to take in. Ask `is_valid` first."""
        return not {"id", "person", "happened"} & set(self.errors)

    def unread(self, units: Sequence[Organisation]) -> Faults:
        """What could not be read, as `Invalid` has it; also when it is no longer among `units`, or gone."""
        faults = {
            name: [(fault.code or "invalid", " ".join(fault.messages)) for fault in found.as_data()]
            for name, found in self.errors.items()
        }
        if self.data.get("reporting_unit") not in {str(each.pk) for each in units}:
            faults["reporting_unit"] = [("invalid", _("Du kan bara anmäla från en enhet där du arbetar."))]
        ids = self._receiving()
        if Organisation.objects.filter(pk__in=ids).count() < len(ids):
            faults["receiving_units"] = [("does_not_exist", _("Välj vilken verksamhet det gäller."))]
        return faults

    def filing(self, units: Sequence[Organisation], otherwise: Organisation) -> Filing:
        """From the chosen one of `units`, or else from `otherwise`."""
        chosen = self.data.get("reporting_unit", "")
        unit = next((each for each in units if str(each.pk) == chosen), otherwise)
        read: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in ("happened", "occurred_on", "age", "category", "local_reference")
            if name in self.cleaned_data
        }
        return Filing(reporting_unit=unit, receiving_units=self._receivers(unit), **read)

    def _receivers(self, unit: Organisation) -> tuple[Organisation, ...]:
        ids = self._receiving()
        found = Organisation.objects.select_related("principal").filter(county=unit.county_id).in_bulk(ids)
        return tuple(found[pk] for pk in ids if pk in found)

    def _receiving(self) -> list[int]:
        assert isinstance(self.data, MultiValueDict)  # noqa: S101  # made from a request
        given = self.data.getlist("receiving_units")[:MOST_RECEIVERS]
        return list(dict.fromkeys(int(pk) for pk in given if pk.isascii() and pk.isdecimal() and len(pk) <= LONGEST_ID))
