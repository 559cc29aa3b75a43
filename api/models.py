"""Keys with which other systems call on behalf of an organisation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation


class OrganisationToken(models.Model):
    """Organisationsnyckel. Belongs to an organisation and acts as a service account made for it.

    What the account may do is held by memberships, like anyone's; `scopes` can only narrow it. The secret is shown once
    and stored as its SHA-256: it has 256 random bits, so a slow hash would protect nothing. Made by `api.tokens`.
    """

    class Scope(models.TextChoices):
        READ = "read", _("läsa avvikelser")
        FILE = "file", _("anmäla avvikelser")
        ANSWER = "answer", _("svara för enheten")
        HANDLE = "handle", _("handlägga i ett samverkansorgan")
        REPORTS = "reports", _("läsa lärrapporter")
        MEMBERS = "members", _("ge och avsluta behörigheter")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("system"), max_length=120)
    prefix = models.CharField(max_length=12, unique=True, help_text="public: names the key in lists and logs")
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(_("gäller till"))
    last_used_on = models.DateField(_("senast använd"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
