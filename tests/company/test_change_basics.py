"""An admin changes the company's basic data; nothing anybody typed is ever lost."""

import pytest
from django.urls import reverse
from stdnum.fi import hetu

from registry.company import tenant
from registry.company.actions import ChangedMeanwhile, change_basics
from registry.company.models import Change, Organisation, TradeName
from registry.company.queries import BASICS, basics
from tests.company.english import in_english
from tests.persons.selects import selects

# Of the range that is never given to anybody, so that it is nobody's.
IDENTITY_CODE = "010190-900P"
FREE_TEXT = (
    "name",
    "trade_names",
    "visiting_street",
    "postal_city",
    "invoicing_street",
    "other_contact_details",
)


def url(company):
    return reverse("company_edit", args=[company.id])


def opened(client, company):
    """What a browser would send back from the form as it was opened."""
    form = client.get(url(company)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def saved(company):
    with tenant.serving(organisation=company.id):
        return basics(company.id)


def changes(company):
    with tenant.serving(organisation=company.id):
        return list(Change.objects.filter(organisation_id=company.id).order_by("pk"))


def test_everything_in_the_form_is_stored(cast, sign_in):
    client = sign_in(cast.a.admin)
    typed = {
        "name": "Aalto Uusi Oy",
        **{name: name[-16:] for name in BASICS if "_" in name},
        "phone": "+358 40 1234567",
        "email": "uusi@a.example",
        "e_invoice_address": "0037 2100011 4",
        "e_invoice_operator": "ndeafihh",
        "trade_names": "Aalto Kahvi\n\n  Aalto   Tee \n",
    }
    answer = client.post(url(cast.a), opened(client, cast.a) | typed)
    assert answer.url == reverse("company", args=[cast.a.id])
    stored = saved(cast.a)
    assert stored.trade_names == ("Aalto Kahvi", "Aalto Tee")
    kept = {name: str(getattr(stored.organisation, name)) for name in BASICS}
    assert kept == {
        **{name: typed[name] for name in BASICS},
        "e_invoice_address": "003721000114",
        "e_invoice_operator": "NDEAFIHH",
    }


def test_the_business_id_and_what_dig1_decides_can_not_be_sent(cast, sign_in):
    client = sign_in(cast.a.admin)
    before = saved(cast.a).organisation
    smuggled = {"business_id": "2100022-9", "identified_at": "", "mfa_required": "on", "id": "1"}
    client.post(url(cast.a), opened(client, cast.a) | smuggled)
    after = saved(cast.a).organisation
    for column in ("business_id", "identified_at", "mfa_required"):
        assert getattr(after, column) == getattr(before, column)


def test_the_history_names_the_columns_and_the_admin_but_no_value(cast, sign_in):
    client = sign_in(cast.a.admin)
    before = len(changes(cast.a))
    client.post(url(cast.a), opened(client, cast.a) | {"visiting_city": "Karjalohja"})
    (change,) = changes(cast.a)[before:]
    assert (change.columns, change.changed_by) == (["visiting_city"], cast.a.admin.id)
    assert "Karjalohja" not in str(vars(change))


def test_saving_what_is_there_leaves_no_trace(cast, sign_in):
    client = sign_in(cast.a.admin)
    before, basics_before = len(changes(cast.a)), saved(cast.a).version
    client.post(url(cast.a), opened(client, cast.a))
    assert len(changes(cast.a)) == before and saved(cast.a).version == basics_before


def test_a_national_phone_number_is_kept_in_international_format(cast, sign_in):
    client = sign_in(cast.a.admin)
    client.post(url(cast.a), opened(client, cast.a) | {"phone": "040 123 4567"})
    assert str(saved(cast.a).organisation.phone) == "+358 40 1234567"
    assert opened(client, cast.a)["phone"].as_international == "+358 40 1234567"
    assert 'value="+358 40 1234567"' in client.get(url(cast.a)).content.decode()


def test_an_error_loses_nothing_that_was_typed(cast):
    client = in_english(cast.a.admin)
    typed = {
        "phone": "not a number",
        "postal_street": "PL 77",
        "trade_names": "Aalto Kahvi\nAalto Tee",
    }
    before = saved(cast.a).version
    page = client.post(url(cast.a), opened(client, cast.a) | typed)
    html = page.content.decode()
    assert "Write the number in international format, for example +358 40 123 4567." in html
    assert "Contact details: Phone number" in html
    for value in ("not a number", "PL 77", "Aalto Kahvi\nAalto Tee"):
        assert value in html
    assert saved(cast.a).version == before


@pytest.mark.parametrize("field", FREE_TEXT)
def test_a_personal_identity_code_is_refused_in_free_text(cast, sign_in, field):
    assert hetu.is_valid(IDENTITY_CODE, allow_temporary=True)
    client = sign_in(cast.a.admin)
    before = saved(cast.a).version
    for text in (f"Osoite {IDENTITY_CODE}.", IDENTITY_CODE.lower()):
        page = client.post(url(cast.a), opened(client, cast.a) | {field: text})
        assert page.context["form"].errors.as_data()[field][0].code == "identity_code"
    assert saved(cast.a).version == before


@pytest.mark.parametrize("text", ["010190-900X", "2100011-4", "puh. 010190-9001"])
def test_numbers_that_are_no_identity_codes_pass(cast, sign_in, text):
    client = sign_in(cast.a.admin)
    client.post(url(cast.a), opened(client, cast.a) | {"other_contact_details": text})
    assert saved(cast.a).organisation.other_contact_details == text


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("003721000114", None),
        ("00372100011412345", None),
        ("FI21 1234 5600 0007 85", None),
        ("TE003721000114", None),
        ("003721000115", "ovt"),
        ("003721000114123456", "ovt"),
        ("FI2112345600000786", "iban"),
        ("osoite@a.example", "code"),
    ],
)
def test_e_invoice_addresses_are_checked_where_they_can_be(cast, sign_in, address, code):
    client = sign_in(cast.a.admin)
    answer = client.post(url(cast.a), opened(client, cast.a) | {"e_invoice_address": address})
    errors = answer.context["form"].errors.as_data() if answer.context else {}
    assert [error.code for error in errors.get("e_invoice_address", [])] == ([code] if code else [])


def test_trade_names_are_added_and_removed_and_the_others_stay_as_they_are(cast, sign_in):
    client = sign_in(cast.a.admin)
    kept = f"{cast.a.name} Kauppa"
    client.post(url(cast.a), opened(client, cast.a) | {"trade_names": f"Uusi\n{kept}"})
    assert saved(cast.a).trade_names == (kept, "Uusi")
    with tenant.serving(organisation=cast.a.id):
        assert TradeName.objects.get(name=kept).pk == cast.a.row("tradename")
    client.post(url(cast.a), opened(client, cast.a) | {"trade_names": ""})
    assert saved(cast.a).trade_names == ()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("Aalto Kahvi\nAALTO kahvi", "twice"),
        ("ΑΣ\nασ", "twice"),
        ("İx\nix", "twice"),
        ("Aalto Kahvi\nAalto\u200bKahvi", "invisible"),
        ("Aalto\u202eivhaK", "invisible"),
        ("x" * 201, "long"),
        ("\n".join(map(str, range(101))), "many"),
    ],
)
def test_trade_names_that_can_not_be_stored_are_told(cast, sign_in, names, code):
    client = sign_in(cast.a.admin)
    page = client.post(url(cast.a), opened(client, cast.a) | {"trade_names": names})
    assert [e.code for e in page.context["form"].errors.as_data()["trade_names"]] == [code]
    assert page.context["form"]["trade_names"].value() == names


def test_a_refused_trade_name_loses_nothing_else_that_was_typed_or_stored(cast, sign_in):
    client = sign_in(cast.a.admin)
    before = saved(cast.a).version
    typed = {"trade_names": "İx\nix", "visiting_city": "Inkoo"}
    page = client.post(url(cast.a), opened(client, cast.a) | typed)
    assert page.status_code == 200
    assert page.context["form"]["visiting_city"].value() == "Inkoo"
    assert saved(cast.a).version == before
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    answer = client.post(url(cast.a), again | {"trade_names": "İx"})
    assert answer.status_code == 302
    assert saved(cast.a).organisation.visiting_city == "Inkoo"


@pytest.mark.parametrize("field", FREE_TEXT)
@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x07"])
def test_what_cannot_be_seen_is_refused(cast, sign_in, field, character):
    client = sign_in(cast.a.admin)
    before = saved(cast.a).version
    page = client.post(url(cast.a), opened(client, cast.a) | {field: f"evil{character}gnp"})
    assert [e.code for e in page.context["form"].errors.as_data()[field]] == ["invisible"]
    assert saved(cast.a).version == before


def test_text_is_stored_without_needless_white_space(cast, sign_in):
    client = sign_in(cast.a.admin)
    typed = {
        "name": " Aalto \r\n Uusi\u00a0\tOy ",
        "other_contact_details": "\r\n Ovi  2\r\n\r\nSoita\u00a0ensin \r\n",
    }
    client.post(url(cast.a), opened(client, cast.a) | typed)
    stored = saved(cast.a).organisation
    assert stored.name == "Aalto Uusi Oy"
    assert stored.other_contact_details == "Ovi 2\n\nSoita ensin"


def test_the_case_of_a_trade_name_can_be_corrected(cast, sign_in):
    client = sign_in(cast.a.admin)
    corrected = f"{cast.a.name} Kauppa".upper()
    client.post(url(cast.a), opened(client, cast.a) | {"trade_names": corrected})
    assert saved(cast.a).trade_names == (corrected,)


def test_somebody_elses_save_in_between_shows_both_versions(cast, sign_in):
    client = sign_in(cast.a.admin)
    form = opened(client, cast.a)
    with tenant.serving(organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(visiting_city="Hanko")
        TradeName.objects.filter(organisation_id=cast.a.id).update(name="Heidän nimensä")
    typed = form | {"visiting_city": "Inkoo", "postal_city": "Kotka", "trade_names": "Oma nimi"}
    page = client.post(url(cast.a), typed)
    assert {(theirs, mine) for _, theirs, mine in page.context["conflict"]} == {
        ("Hanko", "Inkoo"),
        ("", "Kotka"),
        ("Heidän nimensä", "Oma nimi"),
    }
    html = page.content.decode()
    for value in ("Hanko", "Inkoo", "Kotka", "Heidän nimensä", "Oma nimi"):
        assert value in html
    assert saved(cast.a).organisation.visiting_city == "Hanko"

    resent = typed | {"version": page.context["form"]["version"].value()}
    assert client.post(url(cast.a), resent).status_code == 302
    assert saved(cast.a).organisation.visiting_city == "Inkoo"


def test_both_versions_leave_out_what_only_looks_different(cast, sign_in):
    client = sign_in(cast.a.admin)
    with tenant.serving(organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(phone="+358401234567")
        TradeName.objects.create(organisation_id=cast.a.id, name="aakkonen")
    form = opened(client, cast.a) | {"phone": "040 123 4567", "visiting_city": "Inkoo"}
    with tenant.serving(organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(visiting_city="Hanko")
    form["trade_names"] = "\r\n".join(reversed(form["trade_names"].splitlines()))
    page = client.post(url(cast.a), form)
    assert [row[1:] for row in page.context["conflict"]] == [("Hanko", "Inkoo")]


def test_who_saves_what_somebody_else_has_just_saved_is_told_that_it_is_saved(cast, sign_in):
    client = sign_in(cast.a.admin)
    form = opened(client, cast.a) | {"visiting_city": "Inkoo"}
    for _ in range(2):
        answer = client.post(url(cast.a), form)
        assert answer.url == reverse("company", args=[cast.a.id])


def test_a_new_trade_name_alone_makes_a_form_stale(cast):
    with tenant.serving(organisation=cast.a.id):
        before = basics(cast.a.id)
        TradeName.objects.create(organisation_id=cast.a.id, name="Uusi")
        values = {column: getattr(before.organisation, column) for column in BASICS}
        with pytest.raises(ChangedMeanwhile):
            change_basics(
                organisation=cast.a.id, version=before.version, values=values, trade_names=[]
            )
        assert len(basics(cast.a.id).trade_names) == 2


def test_a_form_without_a_version_stores_nothing(cast, sign_in):
    client = sign_in(cast.a.admin)
    form = opened(client, cast.a) | {"version": "", "visiting_city": "Inkoo"}
    page = client.post(url(cast.a), form)
    assert page.status_code == 200 and "version" in page.context["form"].errors
    assert saved(cast.a).organisation.visiting_city == "Lohja"


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_for_admins_of_that_company(cast, sign_in, method):
    for person, status in (
        (cast.a.member, 403),
        (cast.a.reader, 403),
        (cast.accountant, 403),
        (cast.b.member, 404),
        (cast.b.admin, 404),
        (cast.ex_admin, 404),
    ):
        answer = getattr(sign_in(person), method)(url(cast.a), {"name": "Kaapattu"})
        assert answer.status_code == status
    assert saved(cast.a).organisation.name == cast.a.name


def test_many_trade_names_need_no_more_queries_than_one(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as with_one:
        client.get(url(cast.a))
    with tenant.serving(organisation=cast.a.id):
        TradeName.objects.bulk_create(
            TradeName(organisation_id=cast.a.id, name=f"Nimi {n}") for n in range(60)
        )
    with selects() as with_many:
        client.get(url(cast.a))
    assert len(with_many) == len(with_one) <= 6
