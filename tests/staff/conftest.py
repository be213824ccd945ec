from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from tests.cast import TOTP_SECRET


@pytest.fixture
def at_work() -> Iterator[None]:
    """The context of the staff's connection."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        yield


@pytest.fixture
def make_staff() -> Callable[..., User]:
    """``make_staff("x@dig1.example", "support", totp=True)``: one more staff account."""

    def make(email: str, group: str, *, totp: bool = False, is_active: bool = True) -> User:
        with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
            user = User.objects.create_user(email, is_staff=True, is_active=is_active)
            user.groups.add(Group.objects.get(name=group))
            if totp:
                TOTP.activate(user, TOTP_SECRET)
        return user

    return make


@pytest.fixture
def queries() -> Iterator[CaptureQueriesContext]:
    """What the test asks over the staff's connection."""
    with CaptureQueriesContext(connections["staff"]) as captured:
        yield captured
