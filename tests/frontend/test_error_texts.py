"""What a form says when something is wrong: in words a nurse would use, and what to do."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from orgs.models import County

FAULTS = [
    (forms.CharField(), "", "Fyll i det här."),
    (forms.CharField(max_length=3), "abcd", "Texten är för lång. Den får ha högst 3 tecken och har 4."),
    (forms.CharField(min_length=3), "ab", "Texten är för kort. Den behöver minst 3 tecken och har 2."),
    (
        forms.CharField(),
        "a\0",
        ("Texten innehåller ett tecken som inte går att spara. Skriv den för hand i stället för att klistra in."),
    ),
    (forms.DateField(), "i går", "Datumet går inte att läsa. Skriv det som 2026-03-14."),
    (forms.TimeField(), "halv två", "Klockslaget går inte att läsa. Skriv det som 13.30."),
    (forms.DateTimeField(), "i går", "Dag och klockslag går inte att läsa. Skriv dem som 2026-03-14 13.30."),
    (forms.IntegerField(), "tre", "Skriv ett helt tal, med siffror."),
    (forms.IntegerField(max_value=9), "10", "Talet är för stort. Skriv 9 eller mindre."),
    (forms.IntegerField(min_value=2), "1", "Talet är för litet. Skriv 2 eller mer."),
    (forms.DecimalField(), "tre", "Skriv ett tal, med siffror."),
    (forms.DecimalField(decimal_places=1), "1.25", "Skriv talet med högst 1 decimal."),
    (forms.DecimalField(max_digits=2), "125", "Talet är för långt. Det får ha högst 2 siffror."),
    (forms.ChoiceField(choices=[("a", "A")]), "b", "Det valet finns inte längre. Välj ett av alternativen."),
    (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"], "Det valet finns inte längre. Välj ett av alternativen."),
    (forms.MultipleChoiceField(choices=[("a", "A")]), "b", "Valet kom inte fram. Välj igen."),
    (forms.EmailField(), "namn", "E-postadressen är inte hel. Skriv den som namn@exempel.se."),
    (forms.URLField(assume_scheme="https"), "http://", "Adressen är inte hel. Den börjar med https://."),
    (forms.UUIDField(), "x", "Valet finns inte längre. Ladda om sidan och välj igen."),
    (forms.FileField(), None, "Fyll i det här."),
    (forms.FileField(), SimpleUploadedFile("tal.csv", b""), "Filen är tom. Välj en annan."),
    (forms.FileField(), "tal.csv", "Ingen fil kom med. Välj filen igen."),
    (
        forms.FileField(max_length=3),
        SimpleUploadedFile("tal.csv", b"1"),
        ("Filens namn är för långt. Det får ha högst 3 tecken och har 7."),
    ),
    (forms.ModelChoiceField(County.objects.none()), "7", "Det valet finns inte längre. Välj ett av alternativen."),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "given", "says"), FAULTS)
def test_a_fault_says_what_to_do(field, given, says):
    with translation.override("sv"), pytest.raises(forms.ValidationError) as refused:
        field.clean(given)
    assert refused.value.messages == [says]
