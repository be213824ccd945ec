"""Django's sessions and allauth's accounts, read with statements made once.

Every page reads one of each, and composing the two queries with the ORM took several times longer
than running them. Everything else is as inherited.
"""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.db import connections, router
from django.utils import timezone

from accounts.models import User

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
COLUMNS = [field.column for field in User._meta.concrete_fields]
ACCOUNT = f"SELECT {', '.join(COLUMNS)} FROM {User._meta.db_table} WHERE id = %s"  # noqa: S608


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        row = one_row(db_for(self.model), SESSION, [self.session_key, timezone.now()])
        if row:
            return self.decode(row[0])
        self._session_key = None  # as inherited: a key that is not ours is never adopted
        return {}


class AccountBackend(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        row = one_row(db_for(User), ACCOUNT, [user_id])
        user = User.from_db(db_for(User), COLUMNS, row) if row else None
        return user if user and self.user_can_authenticate(user) else None


def db_for(model: type) -> str:
    return router.db_for_read(model)


def one_row(alias: str, query: str, params: list[Any]) -> tuple[Any, ...] | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()
