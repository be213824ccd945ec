"""Downloads: of one's own data, made while it is sent; of the company's, made by a job."""

from collections.abc import Iterable, Iterator
from contextvars import copy_context
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.company import blobs
from registry.company.access import (
    company_page,
    form_methods,
    second_step_missing_for,
    signed_in,
)
from registry.company.blobs import StoreUnavailable
from registry.company.roles import Right
from registry.rights.export.archive import Archive
from registry.rights.export.asking import ask, asked_by, current
from registry.rights.export.contents import of_me
from registry.rights.export.expiry import discard
from registry.rights.models import Export


@signed_in
@form_methods
@reauthentication_required
def export_me(request: HttpRequest) -> HttpResponse:
    """What is in the download of my data; and, when asked for, the download."""
    if step := second_step_missing_for(request):
        return step
    if request.method != "POST":
        return render(request, "rights/export_me.html")
    archive = Archive(of_me(request.user.pk), get_language())
    return zip_file(apart(archive), _("my-data"))


@company_page(Right.VIEW_PERSONAL_DATA)
@form_methods
@reauthentication_required(allow_get=True)
def company_export(request: HttpRequest) -> HttpResponse:
    """The download of the company's data: ask for it, follow how it is made."""
    whose = of_admin(request)
    if request.method == "POST":
        try:
            ask(**whose, language=get_language())
        except StoreUnavailable:
            tell_unavailable(request)
        return redirect("company_export", request.company.id)
    return render(request, "rights/export_company.html", {"export": current(**whose)})


@company_page(Right.VIEW_PERSONAL_DATA)
@require_safe
@reauthentication_required
def company_export_file(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file, for who asked for it and while it is kept."""
    export = current(**of_admin(request))
    if not export or export.pk != export_id or export.state != Export.State.READY:
        raise Http404
    try:
        chunks = blobs.stream(export.file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    except StoreUnavailable:
        tell_unavailable(request)
        return redirect("company_export", request.company.id)
    answer = zip_file(chunks, _("company-data"))
    answer.headers["Content-Length"] = str(export.size)
    return answer


@company_page(Right.VIEW_PERSONAL_DATA)
@require_POST
def company_export_delete(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Delete it now; one that is being made is stopped."""
    export = get_object_or_404(asked_by(**of_admin(request)), pk=export_id)
    try:
        discard(export)
    except StoreUnavailable:
        tell_unavailable(request)
    else:
        messages.success(request, _("The download was deleted."))
    return redirect("company_export", request.company.id)


def of_admin(request: HttpRequest) -> dict[str, UUID]:
    """Whose export it is. Raises PermissionDenied for others than admins."""
    if not request.company.is_admin:
        raise PermissionDenied
    return {"organisation": request.company.id, "person": request.user.pk}


def tell_unavailable(request: HttpRequest) -> None:
    messages.error(request, _("The file store does not answer just now. Try again in a moment."))


def zip_file(chunks: Iterable[bytes], name: str) -> HttpResponse:
    """An answer that is sent piece by piece. Its name says when, but nobody's name."""
    filename = f"dig1-{name}-{localdate().isoformat()}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, filename)}
    return StreamingHttpResponse(chunks, content_type="application/zip", headers=headers)


def apart(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces, made in a context of their own: whoever sends them is not left in it."""
    context = copy_context()
    pieces = context.run(iter, chunks)
    try:
        while piece := context.run(next, pieces, b""):
            yield piece
    finally:
        context.run(pieces.close)
