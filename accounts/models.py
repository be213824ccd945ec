"""Who signs in: one account a person, whichever companies they work for."""

import secrets
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it can be entered by a mailed code only.

        It gets a random one then, not none: allauth asks nobody without a password to
        authenticate again before what can't be undone.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password or secrets.token_urlsafe(32))
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. No name is stored: the notice's section 5 does not list persons' names."""

    id = models.UUIDField(_("account identifier"), primary_key=True, default=uuid.uuid4)
    # "C" gives prefix searches a plain index range on every server, whatever its locale.
    email = models.EmailField(
        _("email address (user name)"),
        unique=True,
        db_collation="C",
        error_messages={"unique": _("This email address cannot be used.")},
    )
    phone = PhoneNumberField(_("phone number"), blank=True)
    is_staff = models.BooleanField(_("works for Dig1"), default=False)
    is_active = models.BooleanField(_("account in use"), default=True)
    date_joined = models.DateTimeField(_("account created"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = (
            # The staff, whom the staff site lists among millions of accounts.
            models.Index(
                fields=["email"], condition=models.Q(is_staff=True), name="accounts_user_staff"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.email
