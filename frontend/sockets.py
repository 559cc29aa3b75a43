"""Addresses of the sockets."""

from django.urls import URLPattern, path

from frontend.consumers import live_socket

websocket_urlpatterns: list[URLPattern] = [
    path("live/", live_socket, name="live"),  # type: ignore[arg-type]  # an ASGI application where a view is expected
]
