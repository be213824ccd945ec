"""The certificate of an erasure at its signed address, and how anybody checks one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.company.access import form_methods, public
from registry.rights.certificate import signing
from registry.rights.certificate.forms import CheckCertificate
from registry.rights.certificate.pdf import pdf
from registry.rights.certificate.verify import signed
from registry.rights.models import ErasureRun
from registry.rights.views.erasure import followed

# How to check a certificate without us.
COMMANDS = """\
jq -cjS .certificate FILE.json > content
jq -r .signature FILE.json | base64 -d > signature
openssl pkeyutl -verify -pubin -inkey avain.pem -rawin -in content -sigfile signature
"""


@public
@require_safe
def certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """To keep and to print, in the reader's language."""
    run = followed(token)
    if run.certificate is None:
        return not_yet(request, token)
    return file(run, "pdf", "application/pdf", pdf(run, token=token))


@public
@require_safe
def certificate_json(request: HttpRequest, token: str) -> HttpResponse:
    """What is signed, and the signature."""
    run = followed(token)
    if run.certificate is None:
        return not_yet(request, token)
    return file(run, "json", "application/json", signed(run.certificate, run.signature))


def not_yet(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "rights/certificate_missing.html", {"token": token}, status=404)


def file(run: ErasureRun, kind: str, content_type: str, content: bytes | str) -> HttpResponse:
    # Translators: part of a file's name.
    name = f"dig1-{_('certificate-of-erasure')}-{str(run.pk)[:8]}.{kind}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=content_type, headers=headers)


@public
@form_methods
def certificate_key(request: HttpRequest) -> HttpResponse:
    """Check a certificate here, or with the public key anywhere."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CheckCertificate(*sent)
    context = {
        "form": form,
        "certificate": form.certificate if form.is_valid() else None,
        "commands": COMMANDS,
        "pem": signing.public_pem(),
        "fingerprint": signing.fingerprint(),
    }
    return render(request, "rights/certificate_key.html", context)


@public
@require_safe
def certificate_key_file(request: HttpRequest) -> HttpResponse:
    return HttpResponse(signing.public_pem(), content_type="application/x-pem-file")
