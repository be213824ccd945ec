"""The certificate of an erasure: downloaded from the page of the result, and checked."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from registry.company import tenant
from registry.rights import pipeline
from registry.rights.capability import token_of
from registry.rights.ordering import order_company_erasure
from registry.rights.preview import preview_company


def test_it_is_downloaded_and_found_genuine(open_window, cast, settings, tmp_path):
    settings.ERASURE_HOLD_MINUTES = 0
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        run = order_company_erasure(
            organisation=cast.a.id,
            orderer=cast.a.admin.id,
            fingerprint=preview_company(organisation=cast.a.id).fingerprint,
        )
    pipeline.advance(run=run.pk, organisation=cast.a.id)
    page = open_window(locale="en-GB")
    page.goto(reverse("erasure", args=[token_of(run)]))
    files = {}
    for kind in ("PDF", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile(rf"\({kind}\)")).click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    assert files["PDF"].read_bytes().startswith(b"%PDF")
    assert files["JSON"].name.endswith(f"{str(run.pk)[:8]}.json")

    page.get_by_role("link", name="check a certificate").click()
    choose = page.get_by_label("Signed file (JSON)")
    choose.set_input_files(files["JSON"])
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="The certificate is genuine")).to_be_visible()
    expect(page.get_by_text(str(run.pk))).to_be_visible()

    text = files["JSON"].read_text()
    files["JSON"].write_text(text.replace('"rows": 4', '"rows": 40'))
    choose.set_input_files(files["JSON"])
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("something in the file was changed").first).to_be_visible()
    expect(page.get_by_role("heading", name="The certificate is genuine")).to_have_count(0)
