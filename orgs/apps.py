"""Who is there, what have they agreed, who holds which role."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "Organisationer"
