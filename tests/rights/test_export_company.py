"""The company's download: asked for by an admin, made by a job, kept for an hour for that one."""

import signal
import subprocess
import sys
import tracemalloc
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from registry.company import blobs, tenant
from registry.company.access import set_rights
from registry.company.blobs import StoreUnavailable
from registry.company.models import AccessEvent, Organisation
from registry.company.roles import Right
from registry.persons.models import Membership
from registry.rights.export import making
from registry.rights.export.archive import Archive
from registry.rights.export.contents import of_our_company
from registry.rights.export.expiry import expire_exports
from registry.rights.models import Export
from registry.rights.models.export import named
from registry.rights.pipeline import advance
from tests.cast import CAST, evidence_of
from tests.clients import ForgetfulClient
from tests.erasing import order_company
from tests.faults import cut
from tests.proof.canary import all_powerful
from tests.rights.exporting import Package
from tests.working import work

State = Export.State
COMPANY = CAST.a


def page_of(company=COMPANY):
    return reverse("company_export", args=[company.id])


def file_of(export, company=COMPANY):
    return reverse("company_export_file", args=[company.id, export])


def delete_of(export, company=COMPANY):
    return reverse("company_export_delete", args=[company.id, export])


def exports(company=COMPANY):
    with tenant.serving(organisation=company.id, person=company.admin.id):
        return list(Export.objects.filter(organisation_id=company.id).order_by("pk"))


def change(company=COMPANY, **values):
    with tenant.serving(organisation=company.id, person=company.admin.id):
        Export.objects.filter(organisation_id=company.id).update(**values)


def forget_that_of_the_cast(company=COMPANY):
    with tenant.serving(organisation=company.id, person=company.admin.id):
        Export.objects.all().delete()


def files_kept():
    return list(default_storage.names("", unfinished=True))


def make(export):
    with tenant.using("worker"):
        making.make(
            export=export.pk,
            organisation=export.organisation_id,
            person=export.requested_by_id,
        )


def order(company=COMPANY):
    """An export that waits to be made."""
    with tenant.serving(organisation=company.id, person=company.admin.id):
        Export.objects.all().delete()
        return Export.objects.create(
            organisation_id=company.id,
            requested_by_id=company.admin.id,
            language="fi",
            expires_at=timezone.now() + timedelta(hours=1),
        )


@pytest.fixture
def admin(sign_in):
    """The company's admin, who has asked for nothing yet."""
    forget_that_of_the_cast()
    return sign_in(COMPANY.admin)


# --- from the order to the download --------------------------------------------------------------


def test_it_is_asked_for_made_and_downloaded(own_database, cast, admin):
    assert (
        "Make the file" in admin.get(page_of(), headers={"accept-language": "en"}).content.decode()
    )
    blobs.write(evidence_of(COMPANY).file.name, [b"The file."])
    assert admin.post(page_of()).url == page_of()
    (export,) = exports()
    assert export.state == State.WAITING
    assert b"data-refresh" in admin.get(page_of()).content
    assert admin.get(file_of(export.pk)).status_code == 404
    work()
    (export,) = exports()
    assert (export.state, export.files_missing) == (State.READY, 0)
    assert export.file.name == named(export, "")
    assert set(files_kept()) == {export.file.name, evidence_of(COMPANY).file.name}
    assert timedelta(minutes=59) < export.expires_at - timezone.now() <= timedelta(hours=1)
    page = admin.get(page_of())
    assert b"data-refresh" not in page.content
    assert file_of(export.pk) in page.content.decode()
    answer = admin.get(file_of(export.pk))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="dig1-')
    assert COMPANY.name not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    data = b"".join(answer.streaming_content)
    assert len(data) == int(answer.headers["Content-Length"]) == export.size
    package = Package(data)
    package.check()
    assert package.manifest["subject"] == str(COMPANY.id)
    rows = sum(
        f["rows"] for f in package.manifest["files"] if f["name"].endswith(".csv") if "rows" in f
    )
    assert rows == export.rows_total == export.rows_done


def test_everybody_whose_data_is_in_it_can_read_that_it_was_taken(own_database, cast):
    make(order())
    with tenant.serving(organisation=COMPANY.id, person=COMPANY.admin.id):
        looks = AccessEvent.objects.filter(page=AccessEvent.Page.EXPORT)
        assert set(looks.values_list("person_id", "actor_id")) == {
            (person.id, COMPANY.admin.id)
            for person, _role in COMPANY.people
            if person != COMPANY.admin
        }


def test_it_is_deleted_when_the_admin_says_so(own_database, cast, admin):
    export = order()
    make(export)
    assert admin.post(delete_of(export.pk)).url == page_of()
    assert exports() == []
    assert files_kept() == []
    assert admin.get(file_of(export.pk)).status_code == 404
    assert admin.post(delete_of(export.pk)).status_code == 404


def test_the_page_asks_little_of_the_database(cast, sign_in, django_assert_num_queries):
    client = sign_in(COMPANY.admin)
    client.get(page_of())
    with django_assert_num_queries(10):
        assert client.get(page_of()).status_code == 200


def test_the_company_page_and_the_erasure_lead_to_it(cast, sign_in):
    client = sign_in(COMPANY.admin)
    for name in ("company_data", "company_erase"):
        page = client.get(reverse(name, args=[COMPANY.id])).content.decode()
        assert f'href="{page_of()}"' in page


# --- once for each admin -------------------------------------------------------------------------


def test_two_clicks_ask_for_one(cast, admin):
    for _ in range(2):
        assert admin.post(page_of()).url == page_of()
    assert len(exports()) == 1
    assert queued() == 1


def queued():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(id) FROM procrastinate_jobs")
        return cursor.fetchone()[0]


def test_two_clicks_at_once_ask_for_one(own_database, cast, admin):
    barrier, answers = Barrier(2), []

    def click():
        browser = ForgetfulClient()
        browser.cookies = admin.cookies
        barrier.wait()
        answers.append(browser.post(page_of()).status_code)
        connections.close_all()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert len(exports()) == 1
    assert queued() == 1


def test_a_ready_one_stays_when_it_is_asked_for_again(cast, sign_in):
    (before,) = exports()
    assert before.state == State.READY
    sign_in(COMPANY.admin).post(page_of())
    (after,) = exports()
    assert (after.pk, after.state) == (before.pk, State.READY)
    assert queued() == 0


def test_one_whose_hour_is_over_makes_room(cast, sign_in):
    (old,) = exports()
    blobs.write(named(old, ""), [b"old"])
    change(expires_at=timezone.now() - timedelta(seconds=1))
    client = sign_in(COMPANY.admin)
    assert client.get(page_of()).context["export"] is None
    client.post(page_of())
    (new,) = exports()
    assert new.pk != old.pk
    assert files_kept() == []


# --- whose ---------------------------------------------------------------------------------------


def test_only_who_asked_for_it_gets_it(cast, sign_in):
    company = cast.b
    (export,) = exports(company)
    blobs.write(named(export, ""), [b"The file."])
    for person, status in (
        (company.admin, 200),
        (cast.accountant, 404),  # an admin as well
        (company.member, 403),
        (cast.a.admin, 404),
        (cast.stranger, 404),
    ):
        client = sign_in(person, mfa=True)
        assert client.get(file_of(export.pk, company)).status_code == status
        if status != 200:
            assert client.post(delete_of(export.pk, company)).status_code == status
    assert len(exports(company)) == 1


def test_the_right_alone_is_not_enough(cast, sign_in):
    """Somebody who may look, but is no admin."""
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        Membership.objects.filter(user_id=cast.accountant.id).update(role="member")
    client = sign_in(cast.accountant)
    with tenant.serving(organisation=cast.b.id, person=cast.accountant.id):
        assert Organisation.objects.get(pk=cast.b.id).user_rights.filter(
            user_id=cast.accountant.id, permission__codename=Right.VIEW_PERSONAL_DATA
        )
    assert client.get(page_of(cast.b)).status_code == 403
    assert client.post(page_of(cast.b)).status_code == 403


def test_who_was_dismissed_meanwhile_gets_nothing(cast, sign_in):
    company = cast.b
    (export,) = exports(company)
    blobs.write(named(export, ""), [b"The file."])
    client = sign_in(company.admin, mfa=True)
    with tenant.serving(organisation=company.id, person=company.admin.id):
        Membership.objects.filter(user_id=company.admin.id).update(role="member")
        set_rights(person=company.admin.id, organisation=company.id, role="member")
    assert client.get(file_of(export.pk, company)).status_code == 403


def test_after_its_hour_nobody_gets_it(cast, sign_in):
    (export,) = exports()
    blobs.write(named(export, ""), [b"The file."])
    change(expires_at=timezone.now() - timedelta(seconds=1))
    assert sign_in(COMPANY.admin).get(file_of(export.pk)).status_code == 404


def test_who_signed_in_long_ago_confirms_first(cast, sign_in):
    (export,) = exports()
    blobs.write(named(export, ""), [b"The file."])
    client = sign_in(COMPANY.admin, fresh=False)
    assert client.get(page_of()).status_code == 200
    for answer in (client.post(page_of()), client.get(file_of(export.pk))):
        assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_file_that_is_gone_is_not_found(cast, sign_in):
    (export,) = exports()
    assert sign_in(COMPANY.admin).get(file_of(export.pk)).status_code == 404


# --- what goes wrong -----------------------------------------------------------------------------


def break_store(folder):
    (folder / "blobs").parent.mkdir(exist_ok=True)
    (folder / "blobs").write_text("no folder")


def mend_store(folder):
    (folder / "blobs").unlink()


def test_with_the_store_down_it_fails_clearly_and_is_made_later(own_database, cast, admin, files):
    export = order()
    break_store(files)
    with pytest.raises(StoreUnavailable):
        make(export)
    assert exports()[0].state == State.FAILED
    page = admin.get(page_of(), headers={"accept-language": "en"}).content.decode()
    assert "could not be made" in page
    mend_store(files)
    admin.post(page_of())  # does not wait for the job's next attempt
    assert exports()[0].state == State.WAITING
    work()
    assert exports()[0].state == State.READY


def test_with_the_store_down_nothing_is_lost_but_time(cast, sign_in, files):
    (export,) = exports()
    break_store(files)
    client = sign_in(COMPANY.admin)
    answer = client.get(file_of(export.pk))
    assert (answer.status_code, answer.url) == (302, page_of())
    assert client.post(delete_of(export.pk)).url == page_of()
    change(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(page_of()).url == page_of()
    assert len(exports()) == 1


def test_it_fails_when_the_store_fails_in_the_middle(own_database, cast, faults):
    export = order()
    faults.fail(cut(sent=2000))
    with pytest.raises(StoreUnavailable):
        make(export)
    assert exports()[0].state == State.FAILED
    faults.heal()
    make(export)
    (export,) = exports()
    assert export.state == State.READY
    Package(b"".join(blobs.stream(export.file.name))).check()
    assert files_kept() == [export.file.name]


DIES = """
import os, signal, sys
from uuid import UUID
from tests import environment
from tests.databases import ALIASES, switch
from django.conf import settings
from registry.company import tenant
from registry.rights.export import making
database, folder, export, organisation, person = sys.argv[1:]
switch(dict.fromkeys(ALIASES, database))
settings.STORAGES["default"]["OPTIONS"]["location"] = folder
told = making.told
def dying(row, archive):
    for number, chunk in enumerate(told(row, archive)):
        yield chunk
        if number == 20:
            os.kill(os.getpid(), signal.SIGKILL)
making.told = dying
with tenant.using("worker"):
    making.make(export=UUID(export), organisation=UUID(organisation), person=UUID(person))
"""


def kill_in_the_middle(database, folder, export):
    keys = map(str, (export.pk, export.organisation_id, export.requested_by_id))
    died = subprocess.run(
        [sys.executable, "-c", DIES, database, str(folder / "blobs"), *keys], check=False
    )
    assert died.returncode == -signal.SIGKILL


@pytest.mark.fault
def test_killed_in_the_middle_it_is_made_again_and_leaves_no_other_file(own_database, cast, files):
    export = order()
    kill_in_the_middle(own_database, files, export)
    (row,) = exports()
    assert row.state == State.RUNNING
    assert row.file.name == named(row, "")
    assert len(files_kept()) == 1  # unfinished
    make(export)
    (row,) = exports()
    assert row.state == State.READY
    assert files_kept() == [row.file.name]
    Package(b"".join(blobs.stream(row.file.name))).check()


@pytest.mark.fault
def test_killed_in_the_middle_and_forgotten_it_is_cleared_away(own_database, cast, files):
    """Its time passes, or its row goes with whoever asked for it."""
    export = order()
    kill_in_the_middle(own_database, files, export)
    change(expires_at=timezone.now() - timedelta(seconds=1))
    with tenant.using("worker"):
        assert expire_exports() == 1
    assert files_kept() == []
    export = order()
    kill_in_the_middle(own_database, files, export)
    forget_that_of_the_cast()
    make(export)
    assert files_kept() == []


# --- what happens meanwhile ----------------------------------------------------------------------


@pytest.fixture
def meanwhile(monkeypatch):
    """``meanwhile(act)``: between the first and the second piece of the file, that happens."""

    def arrange(act):
        told = making.told

        def interrupted(row, archive):
            for number, chunk in enumerate(told(row, archive)):
                yield chunk
                if number == 0:
                    with tenant.using("default"):
                        act()

        monkeypatch.setattr(making, "told", interrupted)

    return arrange


def order_erasure():
    return order_company(COMPANY, minutes=0)


def erase():
    advance(run=order_erasure().pk, organisation=COMPANY.id)


def dismiss():
    with tenant.serving(organisation=COMPANY.id, person=COMPANY.admin.id):
        members = Membership.objects.filter(organisation_id=COMPANY.id)
        members.filter(user_id=COMPANY.member.id).update(role="admin")
        members.filter(user_id=COMPANY.admin.id).update(role="member")


@pytest.mark.parametrize("act", [order_erasure, erase, dismiss, forget_that_of_the_cast])
@pytest.mark.parametrize("every_chunk", [True, False])
def test_what_nobody_may_have_any_more_stops_and_leaves_nothing(
    own_database, cast, meanwhile, monkeypatch, act, every_chunk
):
    """Noticed at the next sign of life, or when it is all written."""
    if every_chunk:
        monkeypatch.setattr(making, "SIGN_OF_LIFE_SECONDS", 0)
    export = order()
    meanwhile(act)
    make(export)
    assert exports() == []
    assert files_kept() == []
    with tenant.serving(organisation=COMPANY.id, person=COMPANY.admin.id):
        assert not AccessEvent.objects.filter(page=AccessEvent.Page.EXPORT)


@pytest.mark.parametrize("act", [order_erasure, erase, dismiss, forget_that_of_the_cast])
def test_what_nobody_may_have_any_more_is_not_begun(own_database, cast, act):
    export = order()
    act()
    make(export)
    assert exports() == []
    assert files_kept() == []


def test_its_progress_is_seen_while_it_is_made(own_database, cast, admin, meanwhile, monkeypatch):
    monkeypatch.setattr(making, "SIGN_OF_LIFE_SECONDS", 0)
    seen = []
    told = making.told

    def watched(row, archive):
        for chunk in told(row, archive):
            seen.append(admin.get(page_of()).context["export"])
            yield chunk

    monkeypatch.setattr(making, "told", watched)
    make(order())
    assert {export.state for export in seen} == {State.RUNNING}
    done = [export.rows_done for export in seen]
    assert done == sorted(done)
    assert 0 < done[-1] <= seen[-1].rows_total
    assert 0 < seen[-1].progress <= 100
    assert exports()[0].progress == 100


def test_a_made_one_is_not_made_again(own_database, cast):
    export = order()
    make(export)
    (made,) = exports()
    make(export)
    (after,) = exports()
    assert (after.state, after.expires_at) == (State.READY, made.expires_at)
    assert files_kept() == [made.file.name]


# --- its end -------------------------------------------------------------------------------------


def test_what_was_kept_for_its_hour_goes_file_first(own_database, cast, files):
    for company in (cast.a, cast.b):
        (export,) = exports(company)
        blobs.write(named(export, ""), [b"The file."])
    change(expires_at=timezone.now() - timedelta(seconds=1))
    with tenant.using("worker"):
        assert expire_exports(dry_run=True) == 1
        assert len(files_kept()) == 2
        (files / "blobs").rename(files / "elsewhere")
        break_store(files)
        with pytest.raises(StoreUnavailable):
            expire_exports()
        assert len(exports()) == 1
        mend_store(files)
        (files / "elsewhere").rename(files / "blobs")
        assert expire_exports() == 1
        assert expire_exports() == 0
    assert exports() == []
    assert [export.pk for export in exports(cast.b)] == [cast.b.row("export")]
    assert files_kept() == [named(exports(cast.b)[0], "")]


# --- how much it takes ---------------------------------------------------------------------------


def test_20_000_rows_take_no_more_memory_than_a_few(own_database, cast):
    peaks = []
    for rows in (0, 20_000):
        with all_powerful(own_database) as admin:
            admin.execute(
                "INSERT INTO company_change"
                " (organisation_id, at, table_name, row_id, columns, changed_by, by_staff)"
                " SELECT %s, now(), 'persons_membership', gen_random_uuid(),"
                " ARRAY(SELECT md5(random()::text) FROM generate_series(1, 16) WHERE n > 0),"
                " %s, false"
                " FROM generate_series(1, %s) AS n",
                [cast.a.id, cast.a.admin.id, rows],
            )
        contents = of_our_company(cast.a.id, asked_by=cast.a.admin.id)
        tracemalloc.start()
        size = sum(len(chunk) for chunk in Archive(contents, "fi"))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert size > 5_000_000
    # The page shows some of the rows, whole.
    assert peaks[1] < peaks[0] + 6_000_000
