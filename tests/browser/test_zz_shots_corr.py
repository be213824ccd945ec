import os, shutil
import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import sync_playwright
from registry.company import tenant
from tests.rights.requesting import *
from tests.rights.requesting import ask as ask_

def test_shots(cast, sign_in, live):
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="true"
    m = sign_in(cast.a.member)
    a = sign_in(cast.a.admin)
    ask_(m, role_url(cast.a, cast.a.member), "reader", "En hoida enää tätä.\nOlen vuorotteluvapaalla.")
    with tenant.serving(organisation=cast.a.id):
        set_overdue(cast.a.row("request"))
    from registry.company.models import AccessEvent
    with tenant.serving(person=cast.a.member.id):
        look = AccessEvent.objects.filter(person_id=cast.a.member.id).first().pk
    s = sign_in(cast.staff.support, mfa=True)
    pages = {
      "mine": (m, reverse("inspection")),
      "row": (m, reverse("correction_row", args=["company_accessevent", look])),
      "ask-date": (m, joined_url(cast.a, cast.a.member)),
      "ask-role": (sign_in(cast.accountant), role_url(cast.a, cast.accountant)),
      "asked": (m, role_url(cast.a, cast.a.member)),
      "nothing": (m, value_url("no", "such", "value")),
      "list": (a, reverse("corrections", args=[cast.a.id])),
      "answer": (a, answer_url(cast.a, cast.a.row("request"))),
      "answered": (a, answer_url(cast.a, cast.a.row("answeredrequest"))),
      "gone": (a, answer_url(cast.a, cast.b.row("request"))),
      "company": (a, reverse("company", args=[cast.a.id])),
      "person": (a, reverse("person", args=[cast.a.id, cast.a.membership(cast.a.member)])),
      "staff-list": (s, reverse("admin:rights_correctionrequest_changelist")),
      "staff-change": (s, reverse("admin:rights_correctionrequest_change", args=[cast.a.row("correctionrequest")])),
      "staff-answer": (s, staff_url(cast.a.row("correctionrequest"))),
      "staff-overdue": (s, staff_url(cast.a.row("request"))),
    }
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox","--disable-gpu"])
        for width, scheme in ((1280,"light"),(390,"dark")):
            pages = {k:v for k,v in pages.items() if k.startswith("staff") or k.startswith("answered")}
            for name,(c,url) in pages.items():
                ctx = b.new_context(base_url=live, locale=os.environ.get("L","en-GB"), viewport={"width":width,"height":900}, color_scheme=scheme)
                ctx.add_cookies([{"name":"sessionid","value":c.cookies["sessionid"].value,"url":live}])
                page=ctx.new_page()
                msgs=[]
                page.on("console", lambda m: msgs.append(m.text))
                page.goto(url)
                if name=="answer" and width==390:
                    page.click("button[value=refused]")
                page.screenshot(path=f"/tmp/shots/{name}-{width}.png", full_page=True)
                w = page.evaluate("document.documentElement.scrollWidth")
                if w>width or msgs: print(name,width,w,msgs)
                ctx.close()
        b.close()
