"""How far a page of news went, as the page itself wrote it."""

from django import forms

LARGEST = 2**63 - 1


class ReadForm(forms.Form):
    """`upto`: where the outbox ended; `until`: when the page was made."""

    upto = forms.IntegerField(min_value=0, max_value=LARGEST)
    until = forms.DateTimeField()
