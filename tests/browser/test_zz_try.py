import time
from tests.browser.pages import *
from tests.browser.axe import violations
import pytest
@pytest.mark.parametrize("name", list(PERSONAS))
def test_x(name, open_window):
    p = PERSONAS[name]
    page = open_window(p.person, mfa=p.mfa)
    ok=[]
    for n, url in addresses(p):
        t=time.time()
        r = page.context.request.get(url, max_redirects=0)
        dt=time.time()-t
        ct = r.headers.get("content-type","")
        print(n, r.status, ct[:12], r.headers.get("location","")[:60], f"{dt:.2f}")
        if r.status==200 and ct.startswith("text/html"): ok.append((n,url))
    print(len(ok))
    for n,url in ok:
        t=time.time(); page.goto(url); t1=time.time()
        v=violations(page); t2=time.time()
        page.set_viewport_size({"width":390,"height":800})
        v+=violations(page,"color-contrast","target-size"); t3=time.time()
        page.set_viewport_size({"width":1280,"height":800})
        print(n, f"{t1-t:.2f} {t2-t1:.2f} {t3-t2:.2f}", page.title(), v)
