"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from frontend.views.catalogue import catalogue

urlpatterns: list[URLPattern | URLResolver] = [
    path("komponenter/", catalogue, name="catalogue"),
]
