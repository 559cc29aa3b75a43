"""People who log in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; `password=None` makes one that can only log in through a provider."""
        if not email:
            raise ValueError("email is required")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Superuser opens no deviation: nothing in `visible_to` asks for it."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class MailFrequency(models.TextChoices):
    """How often Samsyn writes to a person. Questions to the person, and alarms, always come at once."""

    AT_ONCE = "at_once", _("när något händer")
    DAILY = "daily", _("en gång om dagen")
    NEVER = "never", _("bara frågor till mig")


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What the person may do is held by memberships, never by a field here."""

    email = models.EmailField(_("e-post"), unique=True)
    name = models.CharField(_("namn"), max_length=150)
    language = models.CharField(_("språk"), max_length=5, default="sv")
    mail = models.CharField(_("e-post från Samsyn"), max_length=8, choices=MailFrequency, default=MailFrequency.AT_ONCE)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]
