import time
from pathlib import Path
import pytest
from django.urls import reverse
from playwright.sync_api import expect
from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.models import ErasureRun
from tests.browser.test_erase_company import *
OUT = Path("/tmp/h_browser/look")

def shoot(page, name):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for w in (1280, 390):
            page.set_viewport_size({"width": w, "height": 900})
            page.screenshot(path=OUT / f"{name}-{w}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)

def test_look(open_window, cast, smtp):
    p = open_window(cast.b.admin, mfa=True)
    s = open_window(cast.accountant)
    p.goto(reverse("company_erase", args=[COMPANY.id])); shoot(p, "preview")
    s.goto(reverse("person_erase", args=[COMPANY.id, COMPANY.membership(cast.b.member)])); shoot(s, "person_erase")
    s.goto(reverse("leave", args=[cast.a.id])); shoot(s, "leave")
    s.goto(reverse("export_me")); shoot(s, "export_me")
    s.goto(reverse("company_export", args=[COMPANY.id])); shoot(s, "export_company")
    url = order(p); shoot(p, "held")
    s.goto(LOCKED); shoot(s, "locked_admin")
    press(s); shoot(s, "calledoff_company")
    p.reload(); shoot(p, "called_off")
    p = open_window(cast.b.admin, mfa=True)
    url = order(p)
    m = open_window(cast.b.member); m.goto(LOCKED); shoot(m, "locked_member")
    s.goto(LOCKED); follow(s, "erasure_hasten", COMPANY.id); fill(s, company_name="x"); press(s, "main .btn-danger"); shoot(s, "hasten")
    fill(s, company_name=COMPANY.name); press(s, "main .btn-danger"); shoot(s, "running")
    work(); s.reload(); shoot(s, "done")
    s.emulate_media(media="print"); s.pdf(path=OUT / "done.pdf", format="A4")
    s.emulate_media(media="screen")
    run = s.locator("main dl dd").first.inner_text()
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=COMPANY.id):
        pk = ErasureRun.objects.filter(scope="organisation").latest("started_at").pk
        ErasureRun.objects.filter(pk=pk).update(certified_at=None, refused_at="2026-11-24T12:00Z")
    s.reload(); shoot(s, "refused")
