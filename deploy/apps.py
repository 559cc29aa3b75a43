"""The deploy package as a Django app: it only carries the system checks that refuse unsafe combinations."""

from importlib import import_module

from django.apps import AppConfig


class DeployConfig(AppConfig):
    name = "deploy"
    verbose_name = "Drift"

    def ready(self) -> None:
        import_module("deploy.checks")
