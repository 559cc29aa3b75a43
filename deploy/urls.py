"""Every address of the house."""

from django.urls import include, path

urlpatterns = [
    path("konto/", include("allauth.urls")),
    path("api/v1/", include("api.urls")),
    path("", include("frontend.urls")),
]
