"""What the server of the prepared world does differently: see tests/browser/world_settings.py."""

from django.db import transaction

LANGUAGE = "asked_language"


class AskedLanguage:
    """A browser says by a cookie in which language the person's account is read; nobody's account is changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            request.user.language = request.COOKIES.get(LANGUAGE, request.user.language)
        return self.get_response(request)


class TakenBack:
    """What a form has written is taken back once it is answered: every form meets the same world, in any order."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST":
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response
