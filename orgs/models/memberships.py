"""Who holds which role on what: django-guardian's direct foreign-key permission tables, effective-dated.

A membership IS the guardian row: granting a role writes one row, however many deviations it opens. The permission's
codename is the role (`orgs.roles`). Rows are never deleted; an ended one stays as the record of what was held.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase


class MembershipWrittenOutsideAction(RuntimeError):
    """A membership was saved by something else than `orgs.permissions.grant` or `end`."""


class Membership(UserObjectPermissionBase):
    """A role held by a person on one object from one day until another (inclusive), or until it was ended at once."""

    valid_from = models.DateField(_("från"))
    valid_until = models.DateField(_("till och med"), null=True, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
        unique_together = []  # the same role may be held again after it ended

    def save(self, *args: Any, in_action: bool = False, **kwargs: Any) -> None:
        """Only `orgs.permissions` passes `in_action`; all else is refused, so that no right appears unrecorded."""
        if not in_action:
            raise MembershipWrittenOutsideAction("use orgs.permissions.grant or orgs.permissions.end")
        super().save(*args, **kwargs)

    @property
    def place(self) -> Any:
        """What the role is held on: an organisation, a body or a county (guardian calls it `content_object`)."""
        return self.content_object  # type: ignore[attr-defined]  # a foreign key on every concrete table

    @property
    def role(self) -> str:
        return self.permission.codename


def _one_open_per_role(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["user", "permission", "content_object"], condition=models.Q(ended_at__isnull=True), name=name
    )


class OrganisationMembership(Membership):
    content_object = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="memberships")

    class Meta(Membership.Meta):
        constraints = [_one_open_per_role("one_open_role_on_organisation")]


class BodyMembership(Membership):
    content_object = models.ForeignKey("orgs.Body", on_delete=models.PROTECT, related_name="memberships")

    class Meta(Membership.Meta):
        constraints = [_one_open_per_role("one_open_role_on_body")]


class CountyMembership(Membership):
    content_object = models.ForeignKey("orgs.County", on_delete=models.PROTECT, related_name="memberships")

    class Meta(Membership.Meta):
        constraints = [_one_open_per_role("one_open_role_on_county")]
