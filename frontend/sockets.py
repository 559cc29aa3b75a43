"""Addresses of the sockets."""

from django.urls import URLPattern, path

from frontend.consumers import LiveSocket

websocket_urlpatterns: list[URLPattern] = [
    path("live/", LiveSocket.as_asgi(), name="live"),
]
