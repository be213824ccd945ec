"""Jobs that send mail. Arguments are keys only, never anybody's data."""

from uuid import UUID

from procrastinate.contrib.django import app

from registry.company import tenant
from registry.rights import correction_messages, messages
from registry.rights.queue import Delivering, key


@app.task(retry=Delivering())
def tell_admin(run: str, organisation: str, membership: str, what: str, language: str) -> None:
    """Tell an admin of a company that its erasure was ordered, or called off."""
    with tenant.using("worker"):
        messages.tell_admin(
            run=UUID(run),
            organisation=UUID(organisation),
            membership=UUID(membership),
            what=what,
            language=language,
        )


@app.task(retry=Delivering())
def tell_of_request(request: str, organisation: str, membership: str) -> None:
    """Tell an admin of a company that somebody asks for a correction."""
    with tenant.using("worker"):
        correction_messages.tell_of_request(
            request=UUID(request), organisation=UUID(organisation), membership=UUID(membership)
        )


@app.task(retry=Delivering())
def tell_requester(request: str, organisation: str | None) -> None:
    """Tell whoever has asked for a correction that they have an answer."""
    with tenant.using("worker"):
        correction_messages.tell_requester(request=UUID(request), organisation=key(organisation))


@app.task(retry=Delivering())
def tell_refused(run: str, organisation: str | None, person: str) -> None:
    """Tell whoever ordered an erasure that it could not be done (GDPR Article 12(4))."""
    with tenant.using("worker"):
        messages.tell_refused(run=UUID(run), organisation=key(organisation), person=UUID(person))
