"""The action plan's due dates as a calendar (RFC 5545): events of whole days."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import get_language

from assessment.standing import Measure

UNDONE = ("open", "doing")
LONGEST = 75  # octets of a line


def calendar(
    measures: Sequence[Measure], *, stamp: datetime, url: Callable[[Measure], str]
) -> bytes:
    """What is still to be done and has a day. ``url``: the page of an action."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dig1//GDPR Online Assessment//FI"]
    for one in measures:
        if one.due_on and one.status in UNDONE:
            lines += event(one, stamp, url(one))
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def event(one: Measure, stamp: datetime, url: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{one.id}@dig1"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.due_on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(one.question.action.title[get_language()])}"
    yield f"URL:{url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    for letter in "\\;,":
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """Lines of at most 75 octets, the following ones begun by a space, never within a letter."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST - bool(parts):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
