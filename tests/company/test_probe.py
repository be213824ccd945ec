import pytest
from registry.company import tenant
from registry.company.models import Organisation
from registry.persons.models import Membership

@pytest.mark.parametrize("n", range(20))
def test_a(cast, n):
    assert Organisation.objects.count() == 0
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        assert Membership.objects.count() == 4
        assert Organisation.objects.get().name == cast.a.name

def test_client(sign_in, cast):
    assert sign_in(cast.ex_person).get("/tili/email/").status_code == 302
    c = sign_in(cast.staff.support, mfa=True)
    r = c.get("/hallinta/")
    assert r.status_code == 200, (r, r.headers)

@pytest.mark.parametrize("n", range(5))
def test_live(live, n):
    import urllib.request
    assert urllib.request.urlopen(live + "/terveys/").status == 200
    assert urllib.request.urlopen(live + "/static/dig1/app.css").status == 200
