"""The restore drill (security checks 55 and 56): a backup made before erasures is restored with
pg_dump and pg_restore, and nobody who was erased is served, or lives, afterwards."""

import json
from contextlib import contextmanager
from shutil import rmtree
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import RequestFactory

from dig1 import devdb, restored
from dig1.devdb.databases import with_database
from dig1.restored import Guarded
from dig1.wsgi import django_application
from registry.company import tenant
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.persons import actions
from registry.persons.models import Membership
from registry.rights import journal, ordering, pipeline
from registry.rights.models import ErasureRun
from registry.rights.preview import preview_company, preview_self
from registry.rights.replay import NoAdmin, missing, replay
from tests.databases import ALIASES
from tests.environment import ADDRESSES
from tests.erasing import erase_company, erase_person, finished, order_company
from tests.fault.backup import dumped, restore
from tests.fault.doomed import Event, Fate, Place, begin, replaying, worker
from tests.fault.ending import entries, rows
from tests.fault.scene import NEVER, PATIENCE_SECONDS, add_files, give_back_roles
from tests.proof.canary import all_powerful, left_of, release, tokens
from tests.proof.test_canary import what_may_stay
from tests.rights.confirming import account_exists, is_member
from tests.working import work

pytestmark = pytest.mark.fault
RUNS, STEPS = "rights_erasurerun", "rights_erasurestep"
PLACE = {"office": "", "position": ""}
EVERY_ADDRESS = ("/", "/terveys/", "/tili/login/", "/static/dig1/register.css", "/hallinta/", "/x")


@pytest.fixture
def place(own_database, files):
    addresses = {role: with_database(url, own_database) for role, url in ADDRESSES.items()}
    files.mkdir(exist_ok=True)
    return Place(addresses, files)


@pytest.fixture
def backup(place, own_database):
    """``with backup() as restore_it``: made now; ``restore_it()`` in place of what is there."""

    @contextmanager
    def made():
        with dumped(place.addresses["admin"]) as dump:

            def restore_it():
                for alias in ALIASES:
                    connections[alias].close()
                devdb.create_database(ADDRESSES, own_database)
                restore(dump, place.addresses["admin"])

            yield restore_it

    return made


@pytest.fixture
def server(monkeypatch):
    """The web server's application, as it is when it has just been started."""
    monkeypatch.setattr(restored, "SECONDS_BETWEEN_LOOKS", 0)
    return Guarded(django_application)


def statuses(server):
    """What it answers on addresses of every kind."""
    found = set()
    for address in EVERY_ADDRESS:
        said = []
        environ = RequestFactory().get(address, headers={"host": "localhost"}).environ
        b"".join(server(environ, lambda status, _headers, said=said: said.append(status)))
        found.add(int(said[0][:3]))
    return found


def start_worker(place):
    """Its exit status, and what it has said."""
    process = begin(worker, Fate(place, NEVER))
    process.join(PATIENCE_SECONDS)
    return process.exitcode, (place.folder / "process.log").read_text()


def replay_in_process(place, event=NEVER):
    process = begin(replaying, Fate(place, event))
    process.join(PATIENCE_SECONDS)
    return process.exitcode


def everything(own_database):
    """Every row but the queue's, without times; and not how many files there were to delete, nor
    the sessions, which an order has ended before they were counted."""
    with all_powerful(own_database) as admin:
        found = rows(admin)
    found[RUNS] = [{**json.loads(one), "files": None} for one in found[RUNS]]
    steps = [{**json.loads(one), "sequence": None} for one in found[STEPS]]
    steps = [step for step in steps if step["table_name"] not in ordering.SESSIONS]
    found[STEPS] = sorted(steps, key=str)
    return found


def erase_oneself(person):
    with tenant.serving(person=person.id):
        fingerprint = preview_self(person=person.id).fingerprint
        run = ordering.order_own_erasure(person=person.id, fingerprint=fingerprint)
    return finished(run)


# --- the drill ---------------------------------------------------------------------------------


def test_nobody_who_was_erased_is_served_or_alive_after_a_restore(
    place, backup, server, own_database, cast, figure
):
    with all_powerful(own_database) as admin:
        a, b = release(admin, cast)
        give_back_roles(admin)
        for company in (cast.a, cast.b):
            add_files(company, place.folder)
        with backup() as restore_it:
            runs = [
                erase_person(cast.b, cast.b.reader, by=cast.b.admin),
                erase_company(cast.a, by=cast.a.admin),
                erase_oneself(cast.b.member),
                erase_oneself(cast.stranger),
            ]
            assert all(run.certified_at for run in runs)
            end, written = everything(own_database), entries(place.folder / "journal")
            admin.close()
            restore_it()
    assert is_member(cast.a, cast.a.member)
    assert statuses(server) == {503}
    code, said = start_worker(place)
    assert code == 1
    assert "replay_erasures" in said

    kills = [
        Event("delete: begins"),
        Event("delete: statement", 30),
        Event("delete: committed"),
        Event("delete: statement", 90),
        Event("delete_files: done"),
        Event("certify: noted as done"),
        Event("certify: committed", 2),
    ]
    for event in kills:
        assert replay_in_process(place, event) == -9, event
        assert statuses(server) == {503}
    assert replay_in_process(place) == 0
    assert statuses(server) == {200, 302, 404}
    assert replay_in_process(place) == 0

    assert everything(own_database) == end
    assert entries(place.folder / "journal") == written
    with all_powerful(own_database) as admin:
        found = tokens(admin)
        assert left_of(a, found) <= what_may_stay()
        assert left_of(b, found)
    for person in (cast.a.member, cast.b.reader, cast.b.member, cast.stranger):
        assert not account_exists(person)
    figure(
        "check 55",
        f"{len(runs)} erasures done again after a restore, killed {len(kills)} times: 0 persons"
        " alive, 0 other rows changed, 503 until then",
    )


def test_while_the_journal_can_not_be_read_nobody_is_served(place, server, cast):
    erase_person(cast.b, cast.b.reader, by=cast.b.admin)
    folder = place.folder / "journal"
    folder.rename(place.folder / "away")
    folder.write_text("")
    assert statuses(server) == {503}
    folder.unlink()
    (place.folder / "away").rename(folder)
    assert statuses(server) == {200, 302, 404}


def test_a_journal_that_knows_nothing_of_this_database_opens_no_door(place, server, cast):
    """An empty container, or another environment's."""
    erase_person(cast.b, cast.b.reader, by=cast.b.admin)
    folder = place.folder / "journal"
    folder.rename(place.folder / "away")
    assert statuses(server) == {503}
    with pytest.raises(CommandError, match="holds none of this database's latest erasures"):
        call_command("replay_erasures")
    journal.end(uuid4())
    journal.add(uuid4(), journal.ENTRY, "{}")
    assert statuses(server) == {503}
    rmtree(folder)
    (place.folder / "away").rename(folder)
    assert statuses(server) == {200, 302, 404}


# --- backups made in the middle ----------------------------------------------------------------


def test_a_company_that_was_held_at_the_backup_is_erased_and_not_called_off(
    place, backup, server, cast
):
    run = order_company(cast.a, minutes=60)
    with backup() as restore_it:
        finished(run)
        restore_it()
    assert statuses(server) == {503}
    assert list(replay()) == [run.pk]
    assert statuses(server) == {200, 302, 404}
    work()
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        assert ErasureRun.objects.get(pk=run.pk).certified_at
    assert not account_exists(cast.a.member)


def test_one_that_was_called_off_after_the_restore_is_erased_all_the_same(place, backup, cast):
    """By a web process that had been open since before."""
    run = order_company(cast.a, minutes=60)
    with backup() as restore_it:
        finished(run)
        restore_it()
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        ordering.call_off(organisation=cast.a.id)
    assert list(replay()) == [run.pk]
    assert not account_exists(cast.a.member)


@pytest.mark.parametrize("step", ["delete", "list_files", "certify"])
def test_an_erasure_that_was_half_done_at_the_backup_goes_on(
    place, backup, server, cast, monkeypatch, step
):
    """The worker's queue is in the backup too. By hand only that is done again whose rows are
    back, before anybody sees them."""
    run = order_company(cast.a, minutes=0)
    with monkeypatch.context() as broken:
        steps = [(d, raising if s.__name__ == step else s) for d, s in pipeline.STEPS]
        broken.setattr(pipeline, "STEPS", steps)
        work()
    with backup() as restore_it:
        finished(run)
        restore_it()
    if step == "delete":
        assert statuses(server) == {503}
        assert list(replay()) == [run.pk]
    assert statuses(server) == {200, 302, 404}
    with all_powerful(connections["owner"].settings_dict["NAME"]) as admin:
        admin.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        assert ErasureRun.objects.get(pk=run.pk).certified_at
    assert not account_exists(cast.a.member)


def raising(row):
    raise OSError


# --- what else the backup did not know ---------------------------------------------------------


def test_an_account_goes_with_its_last_company_in_whatever_order(place, backup, server, cast):
    """The accountant leaves B while A is held, and so keeps the account until A goes."""
    run = order_company(cast.a, minutes=60)
    with backup() as restore_it:
        assert erase_person(cast.b, cast.accountant, by=cast.b.admin).certified_at
        assert account_exists(cast.accountant)
        finished(run)
        assert not account_exists(cast.accountant)
        restore_it()
    assert len(list(replay())) == 2
    assert not account_exists(cast.accountant)
    assert statuses(server) == {200, 302, 404}


def test_an_account_that_joined_after_the_backup_is_erased_too(place, backup, cast):
    with backup() as restore_it:
        join(cast.a, cast.stranger, Role.MEMBER)
        erase_company(cast.a, by=cast.a.admin)
        assert not account_exists(cast.stranger)
        restore_it()
    assert len(list(replay())) == 1
    assert not account_exists(cast.stranger)


def test_an_admin_who_handed_over_after_the_backup_is_erased_and_the_heir_administers(
    place, backup, cast
):
    with backup() as restore_it:
        hand_over(cast.a, cast.a.member)
        assert erase_person(cast.a, cast.a.admin, by=cast.a.member).certified_at
        restore_it()
    assert len(list(replay())) == 1
    assert not account_exists(cast.a.admin)
    with tenant.serving(organisation=cast.a.id):
        heir = Membership.objects.get(user_id=cast.a.member.id)
        assert heir.role == Role.ADMIN


def test_without_an_heir_nobody_is_served_and_the_operator_is_told(place, backup, server, cast):
    with backup() as restore_it:
        join(cast.c, cast.stranger, Role.ADMIN)
        erase_person(cast.c, cast.c.admin, by=cast.stranger)
        restore_it()
    done = []
    with pytest.raises(NoAdmin, match=str(cast.c.id)):
        done.extend(replay())
    assert done == []
    assert account_exists(cast.c.admin)
    assert len(missing()) == 1
    assert len(journal.kept().standing) == 1
    assert statuses(server) == {503}


def test_the_operator_names_an_heir_and_all_else_is_done_without(place, backup, server, cast):
    """Whoever became admin after the backup is not in it; a member of before is, and is asked."""
    with backup() as restore_it:
        join(cast.a, cast.stranger, Role.ADMIN)
        erase_person(cast.a, cast.a.admin, by=cast.stranger)
        erase_person(cast.b, cast.b.reader, by=cast.b.admin)
        restore_it()
    with pytest.raises(CommandError, match=str(cast.a.id)):
        call_command("replay_erasures")
    assert not account_exists(cast.b.reader)
    assert statuses(server) == {503}
    call_command("replay_erasures", heir=[cast.a.membership(cast.a.member)])
    assert not account_exists(cast.a.admin)
    assert statuses(server) == {200, 302, 404}
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.get(user_id=cast.a.member.id).role == Role.ADMIN
    assert len(journal.kept().standing) == 2


def test_a_company_of_which_nobody_is_left_is_erased_by_the_operator(
    place, backup, server, own_database, cast
):
    """The one who was erased was its only member when the backup was made."""
    with backup() as restore_it:
        join(cast.c, cast.stranger, Role.ADMIN)
        erase_person(cast.c, cast.c.admin, by=cast.stranger)
        restore_it()
    with pytest.raises(CommandError, match="--erase-company"):
        call_command("replay_erasures")
    call_command("replay_erasures", erase_company=[cast.c.id])
    assert not account_exists(cast.c.admin)
    assert statuses(server) == {200, 302, 404}
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.c.id):
        assert all(run.certified_at for run in ErasureRun.objects.filter(organisation=cast.c.id))


def test_an_erasure_without_an_heir_waits_for_that_of_the_company(place, backup, server, cast):
    with backup() as restore_it:
        join(cast.c, cast.stranger, Role.ADMIN)
        person = erase_person(cast.c, cast.c.admin, by=cast.stranger)
        company = erase_company(cast.c, by=cast.stranger)
        restore_it()
    assert list(replay()) == [company.pk, person.pk]
    assert statuses(server) == {200, 302, 404}


def test_a_company_younger_than_the_backup_leaves_its_tombstone(place, backup, cast):
    with backup() as restore_it:
        with tenant.serving(person=cast.stranger.id):
            company = actions.register_company(
                person=cast.stranger.id, name="Uusi Oy", business_id="2100055-4", **PLACE
            )
        with tenant.serving(organisation=company.pk, person=cast.stranger.id):
            fingerprint = preview_company(organisation=company.pk).fingerprint
            run = ordering.order_company_erasure(
                organisation=company.pk, orderer=None, fingerprint=fingerprint
            )
        finished(run)
        restore_it()
    assert list(replay()) == [run.pk]
    assert not account_exists(cast.stranger)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=company.pk):
        assert ErasureRun.objects.get(pk=run.pk).certified_at


def join(company, person, role):
    with tenant.serving(organisation=company.id, person=person.id):
        actions.add_member(organisation=company.id, person=person.id, role=role, **PLACE)


def hand_over(company, heir):
    with tenant.serving(organisation=company.id, person=company.admin.id):
        actions.hand_over(
            organisation=company.id,
            giver=company.membership(company.admin),
            email=heir.email,
            own_role=Role.MEMBER,
        )
