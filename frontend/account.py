"""django-allauth as this house uses it: accounts are made by the organisation, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest

from orgs.permissions import announce_rights_changed


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships without types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Also takes away the mark of whoever used the device before."""
        super().login(request, user)
        request.device_changes_hands = True  # type: ignore[attr-defined]  # read by LeavesNothingBehind

    def logout(self, request: HttpRequest) -> None:
        """Also closes the sockets of this log-in: each of the person's sockets looks whether its session is left."""
        user_id = request.user.pk
        super().logout(request)
        request.device_is_left = True  # type: ignore[attr-defined]  # read by LeavesNothingBehind
        if user_id is not None:
            transaction.on_commit(lambda: announce_rights_changed(user_id), robust=True)
