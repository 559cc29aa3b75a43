"""django-allauth as this house uses it: accounts are made by the organisation, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships without types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
