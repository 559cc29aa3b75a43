"""How far a page of news went, as the page itself wrote it."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError


class ReadForm(forms.Form):
    """`upto`: the newest entry on the page as `written`, "" when it showed none; `until`: when the page was made."""

    upto = forms.RegexField(r"^[0-9a-f-]{36}/[0-9]{1,9}$", required=False)
    until = forms.DateTimeField()

    def clean_upto(self) -> tuple[UUID, int] | None:
        public_id, _slash, sequence = self.cleaned_data["upto"].partition("/")
        if not public_id:
            return None
        try:
            return UUID(public_id), int(sequence)
        except ValueError:
            raise ValidationError("no id", code="invalid") from None


def written(public_id: UUID, sequence: int) -> str:
    """An entry as a page carries it: by what the reader sees anyway."""
    return f"{public_id}/{sequence}"
