from tests.browser.pages import *
def test_y(open_window):
    p = PERSONAS["staff-administrator"]; page = open_window(p.person, mfa=True)
    page.on("console", lambda m: print("CON", m.text[:120], m.location))
    for n,u in addresses(p):
        if n in ("admin:accounts_user_change","admin:company_organisation_change","admin:rights_erasurerun_change"):
            page.goto(u); print(n)
    p = PERSONAS["staff-billing"]; page = open_window(p.person, mfa=True)
    page.on("console", lambda m: print("CON", m.text[:120], m.location))
    for n,u in addresses(p):
        if n in ("admin:payments_payment_add","admin:company_organisation_change","admin:payments_sale_change"):
            page.goto(u); print(n)
