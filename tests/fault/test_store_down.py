"""The blob store fails in the middle of an erasure (security check 49). Azurite is real."""

import pytest
from django.db import connections
from django.urls import reverse

from registry.company import blobs, tenant
from registry.company.tenant import Scope
from registry.rights import journal, pipeline
from registry.rights.capability import token_of
from registry.rights.models import ErasureRun
from tests.fault import orders
from tests.faults import answering, closed
from tests.rights.confirming import account_exists, is_member
from tests.working import work

pytestmark = pytest.mark.fault
FAULTS = {
    "down": closed,
    "500": answering(500, "InternalError"),
    "403": answering(403, "AuthorizationFailure"),
    "404": answering(404, "ContainerNotFound"),
    "503": answering(503, "ServerBusy"),
}


@pytest.fixture
def fail(request, faults):
    """Has every request to the store fail from now on."""
    return lambda: faults.fail(FAULTS[request.param])


@pytest.fixture
def run(own_database, faults, cast):
    for company in (cast.a, cast.b):
        for name in ("one", "two"):
            blobs.write(blobs.of_company(company.id, name), [company.name.encode()])
    return orders.company(cast)


@pytest.fixture
def fail_before(monkeypatch, fail):
    """``fail_before("delete_files")``: at the beginning of that step, the first time."""

    def arrange(name):
        once = [fail]

        def failing(step):
            def begun(row):
                if once:
                    once.pop()()
                step(row)

            return begun

        steps = [(done, failing(s) if s.__name__ == name else s) for done, s in pipeline.STEPS]
        monkeypatch.setattr(pipeline, "STEPS", steps)

    return arrange


def now(run):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        return ErasureRun.objects.get(pk=run.pk)


def work_again():
    """Some seconds later."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    work()


def page_of(client, run):
    address = reverse("erasure", args=[token_of(run)])
    return client.get(address, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("fail", ["down", "403"], indirect=True)
def test_before_the_journal_can_be_written_nothing_is_deleted(run, cast, client, faults, fail):
    fail()
    work()
    assert now(run).noted_at
    assert now(run).journalled_at is None
    assert is_member(cast.a, cast.a.member)
    assert "Deletion under way" in page_of(client, run)
    faults.heal()
    work_again()
    assert now(run).certified_at
    assert journal.kept().standing == {run.pk}


@pytest.mark.parametrize(
    ("step", "fail"),
    [
        ("list_files", "down"),
        *(("delete_files", fault) for fault in FAULTS),
        ("verify", "down"),
    ],
    indirect=["fail"],
)
def test_what_is_deleted_stays_so_and_the_files_follow(
    run, cast, client, faults, fail_before, step
):
    fail_before(step)
    work()
    assert now(run).deleted_at
    assert now(run).verified_at is None
    assert not is_member(cast.a, cast.a.member)
    assert not account_exists(cast.a.member)
    assert ("files are pending" in page_of(client, run)) == (step != "verify")
    assert "Done and verified" not in page_of(client, run)
    faults.heal()
    assert len(list(blobs.names(cast.a.id))) == (0 if step == "verify" else 2)
    work_again()
    assert now(run).certified_at
    assert now(run).files == 2
    assert list(blobs.names(cast.a.id)) == []
    assert [len(b"".join(blobs.stream(name))) for name in blobs.names(cast.b.id)] == [15, 15]
    assert "Done and verified" in page_of(client, run)


def test_a_store_that_stops_between_two_files_goes_on_with_the_second(
    run, cast, azure, faults, monkeypatch
):
    """Azurite itself is killed, and started again."""
    real, deleted = blobs.delete, []

    def delete(name):
        if len(deleted) == 1:
            azure.stop()
        deleted.append(name)
        real(name)

    monkeypatch.setattr(blobs, "delete", delete)
    work()
    assert now(run).deleted_at
    assert now(run).files_deleted_at is None
    azure.start()
    assert len(list(blobs.names(cast.a.id))) == 1
    work_again()
    assert now(run).certified_at
    assert list(blobs.names(cast.a.id)) == []
    assert len(list(blobs.names(cast.b.id))) == 2
