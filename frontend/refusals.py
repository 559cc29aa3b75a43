"""How a refused step is told on a page: at its field, or at the top with the text kept."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from deviations.errors import ChangedMeanwhile, Invalid, NotYours, WrongState

UNPROCESSABLE = 422
CONFLICT = 409


def attempt(request: HttpRequest, form: forms.Form, step: Callable[[], object]) -> int | None:
    """Take the step. None when it is done; otherwise the status with which to show the form again, as it was filled in.

    A fault at a field is put there, or at the top when the form lacks the field. Raises `PermissionDenied` (403 page).
    """
    try:
        step()
    except Invalid as refused:
        for name, faults in refused.fields.items():
            for code, text in faults:
                form.add_error(name if name in form.fields else None, ValidationError(text, code=code))
        return UNPROCESSABLE
    except (WrongState, ChangedMeanwhile) as refused:
        messages.error(request, refused.reason)
        return CONFLICT
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused
    return None
