"""The API's own description, a page that shows it, and the answer at addresses that are not there."""

from typing import Any

from django.http import Http404
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import ANY_SCOPE


class SchemaView(SpectacularJSONAPIView):
    """OpenAPI 3.1. Open to all: it says how to ask, never what the answers are."""


class ViewerView(SpectacularSwaggerSplitView):
    """Swagger UI with its script at an address of its own: the house's content policy refuses inline code."""

    url_name = "api:schema"
    template_name = "api/viewer.html"
    title = "Samsyns API"


class NowhereView(APIView):
    """404 as a problem document, whatever the method, for those who have logged in."""

    scopes = ANY_SCOPE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        self.check_permissions(request)
        raise Http404
