"""The canary proof outside the tables: files, exports, certificate, journal, jobs, mail, logs.

Against a real blob store and a real mail server, with a job of each kind still queued.
"""

import io
import json
import logging
import re
import zipfile

import pytest
from django.core.files.storage import storages
from django.urls import resolve, reverse

from registry.company import blobs, tenant
from registry.rights.export.asking import ask
from registry.rights.models import Export
from tests.proof.canary import TOKEN, all_powerful, release, tokens
from tests.rights.confirming import company_url, order
from tests.working import work

OPAQUE = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a key
    r"|[0-9a-f]{64}"  # a hash
    r"|\d{4}-\d\d-\d\d[ T][\d:.]+\+00:00"  # a time
    r"|organisation|person|account"  # a scope
)
# The certificate says until when the vouchers are kept.
UNTIL_WHEN = {("payments_payment", "retain_until"), ("payments_sale", "retain_until")}


@pytest.fixture
def hidden(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def test_nothing_of_an_erased_company_is_left_outside_the_tables(
    own_database, azure, smtp, cast, sign_in, settings, hidden, figure
):
    settings.ERASURE_HOLD_MINUTES = 0
    with all_powerful(own_database) as admin:
        a, b = release(admin, cast)
        admin.execute("DELETE FROM rights_export")
    for company, aviary in ((cast.a, a), (cast.b, b)):
        blobs.write(blobs.of_company(company.id, "evidence", "1"), [words(aviary)])
        with tenant.serving(organisation=company.id, person=company.admin.id):
            ask(organisation=company.id, person=company.admin.id, language="fi")
    work()
    before = {name: held(name) for name in everything("default")}
    assert tokens_in(before, cast.a) & a.placed.keys(), "no export of A: nothing would be proven"
    assert tokens_in(before, cast.b) & b.placed.keys()
    smtp.clear()
    hidden.clear()

    client = sign_in(cast.a.admin, mfa=True)
    name = client.get(company_url(cast.a)).context["form"].name
    answer = order(client, company_url(cast.a), company_name=name)
    token = resolve(answer.url).kwargs["token"]
    with all_powerful(own_database) as admin:
        queued = [args for (args,) in admin.execute("SELECT args FROM procrastinate_jobs")]
        assert {args.get("organisation") for args in queued} == {str(cast.a.id)}
        assert not words_of(json.dumps(queued)) & a.placed.keys()
        work()
        left = admin.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        events = tokens(admin)["procrastinate_events"]
    assert left == (0,)
    assert not events & a.placed.keys()

    # Files and exports: none of A, those of B byte for byte.
    after = {name: held(name) for name in everything("default")}
    assert not [name for name in after if str(cast.a.id) in name]
    assert after == {n: content for n, content in before.items() if str(cast.b.id) in n}
    assert not tokens_in(after, cast.b) & a.placed.keys()

    # The journal: the erasure, in keys only, and that it came to its end.
    ended, entry = sorted(everything("journal"))
    assert ended.endswith(".ended")
    assert not held(ended, "journal")
    for said in strings(json.loads(held(entry, "journal"))):
        assert OPAQUE.fullmatch(said), said

    # The certificate, as page, as file and as PDF (which has the file attached).
    pages = [
        client.get(reverse(name, args=[token]))
        for name in ("erasure", "certificate_json", "certificate_pdf")
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    for page in pages:
        body = b"".join(page) if page.streaming else page.content
        told = {a.placed[word] for word in words_of(body.decode("latin-1")) & a.placed.keys()}
        assert told <= UNTIL_WHEN

    # Mail, before the deletion: which company it is about. Logs: nothing.
    sent = words_of("".join(envelope.content.decode() for envelope in smtp))
    assert {a.placed[word] for word in sent & a.placed.keys()} == {
        ("company_organisation", "name"),
        ("accounts_user", "email"),  # to whom
    }
    logged = "".join(r.getMessage() for r in hidden.records if r.name != "mail.log")
    assert not words_of(logged) & a.placed.keys()  # (that one is the mail server's own)
    figure(
        "canary",
        f"{len(before)} files, 1 journal entry, {len(queued)} jobs, {len(smtp)} mails: 0 of A left",
    )


def test_the_exports_of_an_erased_person_go_along(own_database, azure, cast, sign_in):
    """Of an admin who is erased, also what they had packed; of another admin nothing."""
    for person in (cast.b.admin, cast.accountant):
        with tenant.serving(organisation=cast.b.id, person=person.id):
            Export.objects.filter(requested_by_id=person.id).delete()
            ask(organisation=cast.b.id, person=person.id, language="sv")
    work()
    kept = {n for n in everything("default") if str(cast.b.id) in n}
    assert len(kept) == 2
    client = sign_in(cast.accountant)
    order(client, reverse("leave", args=[cast.b.id]))
    work()
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        (left,) = Export.objects.filter(organisation_id=cast.b.id)
    assert set(everything("default")) == {left.file.name}


def everything(store):
    return list(blobs.below(storages[store], ""))


def held(name, store="default"):
    return b"".join(blobs.stream(name, store=storages[store]))


def words(aviary):
    return " ".join(aviary.placed).encode()


def words_of(text):
    return set(TOKEN.findall(text))


def tokens_in(files, company):
    """Every word in a company's files, archives unpacked."""
    found = set()
    for name, content in files.items():
        if str(company.id) in name:
            parts = [content]
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    parts = [archive.read(one) for one in archive.namelist()]
            for part in parts:
                found |= words_of(part.decode())
    return found


def strings(said):
    """Every string in a JSON value."""
    if isinstance(said, dict):
        for one in said.values():
            yield from strings(one)
    elif isinstance(said, list):
        for one in said:
            yield from strings(one)
    elif isinstance(said, str):
        yield said
