"""Telling people of a new version of the notice, from their next sign-in until they have read it.

The session keeps the newest version that its person knows, so that no page has to ask.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from registry.notice.approved import Version, news_since, versions
from registry.notice.models import NoticeShown

KEY = "notice_version"


def known_version(person: Any) -> str:
    """The newest version that an account has been told of, or found when it was made.

    Nobody is told of the first version. One query, and none where nothing is new.
    """
    joined = timezone.localdate(person.date_joined).isoformat()
    known = max(version.name for version in versions()[:1] + found_by(joined))
    if not news_since(known):
        return known
    shown = NoticeShown.objects.filter(user=person.pk).aggregate(newest=Max("version"))["newest"]
    return max(known, shown.isoformat()) if shown else known


def found_by(day: str) -> tuple[Version, ...]:
    return tuple(version for version in versions() if version.name <= day)


def note_shown(*, person: UUID, version: Version) -> None:
    """The person has read of the version; twice is once. With the sign-in tables open."""
    NoticeShown.objects.bulk_create(
        [NoticeShown(user_id=person, version=version.date)], ignore_conflicts=True
    )


def unread(request: HttpRequest) -> list[Version]:
    """The versions that the signed-in person has not read of, the newest first. No query."""
    known = request.session.get(KEY) if hasattr(request, "session") else None
    return news_since(known) if known else []


def news(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``notice_news``, asked for by the pages that tell of it."""
    return {"notice_news": partial(unread, request)}
