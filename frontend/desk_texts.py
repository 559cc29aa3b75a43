"""Standard texts on the page of a step: which are offered, and the one that is put in. Works without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from deviations.models import Deviation, StandardText
from deviations.services.desk import standard_texts
from frontend.forms.desk_texts import text_field_of
from frontend.forms.steps import StepForm
from frontend.requests import Request


def offered(request: Request, deviation: Deviation, step: str, form: StepForm) -> Sequence[StandardText]:
    """Those for this step and category. The one that was asked for is put in the form, after what stands there."""
    field = text_field_of(form)
    if not field:
        return []
    texts = standard_texts(deviation, step, by=request.user)
    asked = request.POST.get("standard_text", "") if request.POST.get("search") == "text" else ""
    chosen = next((text for text in texts if str(text.pk) == asked), None)
    if chosen is not None and not form.is_bound:
        before = str(form.initial.get(field) or "").rstrip()
        form.initial[field] = f"{before}\n\n{chosen.text}" if before else chosen.text
    return texts
