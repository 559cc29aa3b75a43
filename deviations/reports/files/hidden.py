"""What the marks of hidden numbers mean, for whoever reads a file without the page beside it."""

from django.utils.translation import gettext as _


def about_hidden(threshold: int) -> str:
    said = _("Tal under %(n)d visas som <%(n)d. Fler celler (··) döljs, så att ingen kan räkna fram dem.")
    return said % {"n": threshold}
