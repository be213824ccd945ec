"""What others do while a company is erased: nothing of it is stored anew, and nobody meets an
error (security check 54). The worker's transaction is held open at a chosen statement."""

import re
from contextlib import contextmanager
from importlib import import_module
from threading import Barrier, Event, Thread

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from registry.company import blobs, tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.persons.models import Membership
from registry.rights import ordering, pipeline
from registry.rights.export import making
from registry.rights.export.asking import ask
from registry.rights.models import ErasureRun, Export
from registry.rights.preview import preview_company
from tests.accounts.flows import code_in, is_signed_in, log_in, totp
from tests.cast import PASSWORD, add_totp
from tests.clients import sign_in
from tests.erasing import order_company
from tests.fault.ending import digest as whole_digest
from tests.persons.links import link_of
from tests.persons.test_invitation_race import at_once
from tests.proof.canary import all_powerful
from tests.rights.confirming import account_exists, is_member

PATIENCE_SECONDS = 20
A_MOMENT = 0.4  # enough for a request to be answered, or to wait for a lock
ROUNDS = 12
# Statements at which the worker stands still, in the order in which they come.
MOMENTS = {
    "before the journal": r"UPDATE rights_erasuresubject SET accounts = ARRAY\(SELECT sec",
    "before the deletion": r"FROM \"company_organisation\" .*FOR UPDATE",
    "after the accounts are locked": r"FOR UPDATE\) AS locked",
    "among the company's rows": r"DELETE FROM persons_membership",
    "among the sessions": r"DELETE FROM usersessions_usersession",
    "at the accounts": r"DELETE FROM accounts_user ",
    "after the last deletion": r"SET CONSTRAINTS ALL IMMEDIATE",
}


def now(run):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        return ErasureRun.objects.get(pk=run.pk)


@contextmanager
def standing_still(run, pattern):
    """The worker carries the run out, but for the block stands before a statement."""
    reached, go_on, failed = Event(), Event(), []

    def wrapper(execute, sql, *args):
        if re.search(pattern, sql) and not reached.is_set():
            reached.set()
            assert go_on.wait(PATIENCE_SECONDS)
        return execute(sql, *args)

    def work():
        try:
            with tenant.using("worker"), connections["worker"].execute_wrapper(wrapper):
                pipeline.advance(run=run.pk, organisation=run.organisation_id)
        except Exception as error:
            failed.append(error)
        finally:
            reached.set()
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    assert reached.wait(PATIENCE_SECONDS)
    assert thread.is_alive(), f"{pattern} is no statement of an erasure: {failed}"
    try:
        yield
    finally:
        go_on.set()
        thread.join(PATIENCE_SECONDS)
    assert failed == []


def beside(request):
    """Begin a request in a thread of its own; the list in which its answer will be."""
    answers = []

    def ask():
        try:
            answers.append(request())
        finally:
            connections.close_all()

    thread = Thread(target=ask)
    thread.start()
    thread.join(A_MOMENT)
    return thread, answers


# --- what others do ----------------------------------------------------------------------------


class Others:
    """Requests that are ready to be made: each is prepared before the erasure begins to delete."""

    def __init__(self, cast, client, mailoutbox):
        self.cast, self.client, self.mailoutbox = cast, client, mailoutbox
        client.raise_request_exception = False

    def as_person(self, person, **more):
        client = sign_in(person, **more)
        client.raise_request_exception = False
        return client

    def sign_in_by_password(self):
        return lambda: log_in(self.client, self.cast.a.member.email)

    def sign_in_by_code(self):
        self.client.post(reverse("account_request_login_code"), {"email": self.cast.a.member.email})
        code = code_in(self.mailoutbox[-1])
        url = reverse("account_confirm_login_code")
        return lambda: self.client.post(url, {"code": code})

    def pass_the_second_step(self):
        with tenant.serving(scope=Scope.ACCOUNTS):
            add_totp(self.cast.a.reader)
        log_in(self.client, self.cast.a.reader.email)
        return lambda: self.client.post(reverse("mfa_authenticate"), {"code": totp()})

    def ask_for_a_new_password(self):
        url = reverse("account_reset_password")
        return lambda: self.client.post(url, {"email": self.cast.a.member.email})

    def accept_an_invitation(self):
        client = self.as_person(self.cast.stranger)
        with all_powerful(connections["owner"].settings_dict["NAME"]) as admin:
            admin.execute(
                "UPDATE persons_invitation SET email = %s WHERE organisation_id = %s",
                [self.cast.stranger.email, self.cast.a.id],
            )
        return lambda: client.post(link_of(self.cast.a))

    def correct_ones_phone(self):
        person = self.cast.a.member
        client = self.as_person(person)
        url = reverse("inspection_edit", args=["accounts_user", person.id, "phone"])
        return lambda: client.post(url, {"phone": "+358 40 1234567"})

    def correct_ones_office(self):
        person = self.cast.a.member
        client = self.as_person(person)
        key = self.cast.a.membership(person)
        url = reverse("inspection_edit", args=["persons_membership", key, "office"])
        return lambda: client.post(url, {"office": "Turku"})

    def change_a_role(self):
        client = self.as_person(self.cast.a.admin)
        key = self.cast.a.membership(self.cast.a.reader)
        form = {"role": "member", "office": "", "position": ""}
        return lambda: client.post(reverse("person_edit", args=[self.cast.a.id, key]), form)

    def invite_somebody(self):
        client = self.as_person(self.cast.a.admin)
        form = {"email": "uusi@a.example", "role": "member", "office": "", "position": ""}
        return lambda: client.post(reverse("invitations", args=[self.cast.a.id]), form)

    def found_a_company(self):
        client = self.as_person(self.cast.a.member)
        form = {"name": "Uusi Oy", "business_id": "2100055-2", "office": "", "position": ""}
        return lambda: client.post(reverse("company_new"), form)

    def add_an_address(self):
        client = self.as_person(self.cast.a.member)
        form = {"action_add": "", "email": "toinen@a.example"}
        return lambda: client.post(reverse("account_email"), form)

    def choose_a_new_password(self):
        client = self.as_person(self.cast.a.member)
        form = {"oldpassword": PASSWORD} | dict.fromkeys(("password1", "password2"), PASSWORD[::-1])
        return lambda: client.post(reverse("account_change_password"), form)

    def ask_for_an_export(self):
        admin = self.cast.a.admin
        with all_powerful(connections["owner"].settings_dict["NAME"]) as database:
            database.execute("DELETE FROM rights_export")
        serving = {"organisation": self.cast.a.id, "person": admin.id}

        def request():
            with tenant.serving(**serving):
                ask(**serving, language="fi")

        return lambda: refused_or_done(request)

    def enter_a_voucher(self):
        client = self.as_person(self.cast.staff.billing, mfa=True)
        form = {
            "organisation": str(self.cast.a.id),
            "number": "M-77",
            "dated_on": "2026-11-24",
            "description": "Dig1",
            "net": "10.00",
            "vat": "2.55",
        }
        return lambda: client.post(reverse("admin:payments_sale_add"), form)

    def look_at_ones_data(self):
        client = self.as_person(self.cast.a.member)
        return lambda: client.get(reverse("inspection"))


def refused_or_done(request):
    """For a verb without its page: whatever the database says, nothing may be stored."""
    try:
        request()
    except Exception as error:
        assert getattr(error.__cause__, "sqlstate", "").startswith("23"), error
    return None


SIGN_INS = ("sign_in_by_password", "sign_in_by_code", "pass_the_second_step")
WHAT = [name for name in vars(Others) if not name.startswith("_") and name != "as_person"]
# Sign-ins and joining at every moment, the others before and amid the deletion.
AT_EVERY_MOMENT = (*SIGN_INS, "accept_an_invitation")
CASES = [
    (what, moment)
    for what in WHAT
    for moment in MOMENTS
    if what in AT_EVERY_MOMENT or moment in ("before the deletion", "among the sessions")
]


def digest(database):
    with all_powerful(database) as admin:
        return whole_digest(admin)


def left_of_a(database, cast):
    """Tables in which something of company A, or of the people of it alone, can be found."""
    people = [str(p.id) for p, _ in cast.a.people if p != cast.accountant]
    with all_powerful(database) as admin:
        names = admin.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND a.attname = 'user_id' AND NOT a.attisdropped"
        ).fetchall()
        found = {
            name
            for (name,) in names
            if admin.execute(
                f"SELECT 1 FROM {name} WHERE user_id::text = ANY (%s) LIMIT 1", [people]
            ).fetchone()
        }
        for name in ("persons_membership", "persons_invitation", "rights_export"):
            of_a = f"SELECT 1 FROM {name} WHERE organisation_id = %s LIMIT 1"
            if admin.execute(of_a, [cast.a.id]).fetchone():
                found.add(name)
        if admin.execute("SELECT 1 FROM payments_sale WHERE number = 'M-77'").fetchone():
            found.add("payments_sale")
        sessions = admin.execute("SELECT session_data FROM django_session").fetchall()
    store = import_module(django_settings.SESSION_ENGINE).SessionStore()
    if any(store.decode(data).get("_auth_user_id") in people for (data,) in sessions):
        found.add("django_session")
    return found


@pytest.mark.parametrize("what", WHAT)
def test_when_nobody_erases_each_of_these_does_something(
    own_database, cast, client, mailoutbox, what
):
    """Or the tests below would prove nothing."""
    before = digest(own_database)
    answer = getattr(Others(cast, client, mailoutbox), what)()()
    assert answer is None or answer.status_code == (200 if what == "look_at_ones_data" else 302)
    if what in SIGN_INS:
        assert is_signed_in(client)
    assert digest(own_database) != before


@pytest.mark.parametrize(("what", "moment"), CASES)
def test_nothing_is_reborn_and_nobody_meets_an_error(
    own_database, cast, client, mailoutbox, what, moment, figure
):
    check(own_database, cast, Others(cast, client, mailoutbox), what, MOMENTS[moment])
    figure(
        "check 54 (others)",
        f"{len(WHAT)} requests at up to {len(MOMENTS)} moments of an erasure ({len(CASES)} cases),"
        " and while it is held: 0 rows reborn, 0 errors",
    )


@pytest.mark.parametrize("what", WHAT)
def test_while_it_is_held(own_database, cast, client, mailoutbox, what):
    """Whoever belongs to the company may still sign in and see their own data, and nothing more."""
    run = order_company(cast.a, minutes=60)
    answer = getattr(Others(cast, client, mailoutbox), what)()()
    assert answer is None or answer.status_code < 500
    assert now(run).is_held
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        assert Membership.objects.count() == len(cast.a.people)
        assert Membership.objects.get(user_id=cast.a.reader.id).role == "reader"
    carry_out(run)
    finish(own_database, cast, what)


def check(database, cast, others, what, moment):
    run = order_company(cast.a, minutes=0)
    request = getattr(others, what)()
    with standing_still(run, moment):
        thread, answers = beside(request)
    thread.join(PATIENCE_SECONDS)
    assert len(answers) == 1
    [answer] = answers
    if answer is not None:
        assert answer.status_code < 500, f"{what}: {answer.status_code}"
    assert now(run).certified_at
    finish(database, cast, what)


def finish(database, cast, what):
    """Nothing is left; but whoever founded a company in time keeps the account that is its
    admin's now."""
    if what == "found_a_company" and account_exists(cast.a.member):
        assert not is_member(cast.a, cast.a.member)
        assert founded(cast.a.member) == ["Uusi Oy"]
    else:
        assert left_of_a(database, cast) == set()


def founded(person):
    with tenant.serving(person=person.id):
        return list(
            Organisation.objects.filter(memberships__user=person.id).values_list("name", flat=True)
        )


def carry_out(run):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        ErasureRun.objects.filter(pk=run.pk).update(not_before=run.started_at)
    with tenant.using("worker"):
        pipeline.advance(run=run.pk, organisation=run.organisation_id)


# --- two admins at once ------------------------------------------------------------------------


def outcome(verb, **arguments):
    """Runs a verb under the context of its person; whether it was refused."""
    organisation, person = arguments["organisation"], arguments.pop("as_person")
    try:
        with tenant.serving(organisation=organisation, person=person.id):
            verb(**arguments)
    except ordering.ErasureRefused:
        return "refused"
    finally:
        tenant.forget()
    return "done"


def race(*contests):
    """All at the same moment; what came of each."""
    outcomes, barrier = [None] * len(contests), Barrier(len(contests))

    def run(number, contest):
        barrier.wait()
        outcomes[number] = contest()

    at_once(*(lambda n=n, c=c: run(n, c) for n, c in enumerate(contests)))
    return outcomes


def call_off(cast, by):
    organisation = cast.b.id
    return outcome(ordering.call_off, organisation=organisation, as_person=by)


def hasten(cast, by):
    return outcome(ordering.hasten, organisation=cast.b.id, person=by.id, as_person=by)


def order_again(cast, by):
    with tenant.serving(organisation=cast.b.id, person=by.id):
        fingerprint = preview_company(organisation=cast.b.id).fingerprint
    return outcome(
        ordering.order_company_erasure,
        organisation=cast.b.id,
        orderer=by.id,
        fingerprint=fingerprint,
        as_person=by,
    )


def runs_of_b(cast):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.b.id):
        scope = ErasureRun.Scope.ORGANISATION
        return list(ErasureRun.objects.filter(organisation_id=cast.b.id, scope=scope))


def test_of_two_orders_at_once_one_holds_and_one_call_off_ends_it(
    own_database, cast, settings, figure
):
    settings.ERASURE_HOLD_MINUTES = 60
    admins = (cast.b.admin, cast.accountant)
    for number in range(ROUNDS):
        ordered = race(*(lambda by=by: order_again(cast, by) for by in admins))
        assert sorted(ordered) == ["done", "refused"]
        assert len(runs_of_b(cast)) == number + 1
        ended = race(*(lambda by=by: call_off(cast, by) for by in admins))
        assert ended == ["done", "done"]  # a second click finds it done
    assert all(run.called_off_at and not run.noted_at for run in runs_of_b(cast))
    figure(
        "check 54 (admins)",
        f"{ROUNDS} rounds of two orders and two call-offs at once: 1 order, 1 call-off each;"
        f" {ROUNDS} call-offs at the deadline and {ROUNDS} against a hastening: never both",
    )


def test_a_call_off_and_a_hastening_at_once_end_one_way(own_database, cast):
    for _ in range(ROUNDS):
        run = order_company(cast.b, minutes=60)
        off, hastened = race(
            lambda: call_off(cast, cast.b.admin), lambda: hasten(cast, cast.accountant)
        )
        # Hastened first, it can still be called off as long as the worker has not begun.
        assert off == "done"
        assert hastened in ("done", "refused")
        assert now(run).called_off_at
        with tenant.using("worker"):
            pipeline.advance(run=run.pk, organisation=cast.b.id)
        assert now(run).noted_at is None


def test_a_call_off_at_the_deadline_and_the_worker_end_one_way(own_database, cast, monkeypatch):
    """What the worker has begun is not called off; it then does no more than note what goes."""

    class Enough(Exception):
        pass

    def stop(row):
        raise Enough

    steps = (pipeline.STEPS[0], ("journalled_at", stop))
    monkeypatch.setattr(pipeline, "STEPS", steps)
    seen = set()

    def begin(run):
        try:
            with tenant.using("worker"):
                pipeline.advance(run=run.pk, organisation=cast.b.id)
        except Enough:
            return "begun"
        return "called off"

    for _ in range(ROUNDS):
        run = order_company(cast.b, minutes=0)
        off, worked = race(lambda: call_off(cast, cast.accountant), lambda run=run: begin(run))
        assert (off, worked) in {("done", "called off"), ("refused", "begun")}
        assert bool(now(run).called_off_at) != bool(now(run).noted_at)
        seen.add(worked)
        if worked == "begun":
            reset(run)
    assert seen


def reset(run):
    """As if it had never been ordered, for the next round."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=run.organisation_id):
        ErasureRun.objects.filter(pk=run.pk).update(noted_at=None)
    with tenant.serving(organisation=run.organisation_id):
        ordering.call_off(organisation=run.organisation_id)
    assert now(run).called_off_at <= timezone.now()


# --- an export under way -----------------------------------------------------------------------


@pytest.mark.parametrize("pause", ["while it is written", "when it is written"])
def test_an_export_under_way_leaves_no_file_behind(own_database, cast, monkeypatch, pause):
    """The worker that packs it stands still while another erases the company."""
    serving = {"organisation": cast.a.id, "person": cast.a.admin.id}
    with all_powerful(own_database) as database:
        database.execute("DELETE FROM rights_export")
    with tenant.serving(**serving):
        ask(**serving, language="fi")
        export = Export.objects.get().pk
    reached, go_on, ended = Event(), Event(), []
    told, write = making.told, blobs.write

    def wait():
        reached.set()
        assert go_on.wait(PATIENCE_SECONDS)

    def slowly(row, archive):
        for number, chunk in enumerate(told(row, archive)):
            yield chunk
            if number == 0 and pause == "while it is written":
                wait()

    def written(name, chunks, **options):
        write(name, chunks, **options)
        if pause == "when it is written" and not options:  # the journal has a store of its own
            wait()

    monkeypatch.setattr(making, "told", slowly)
    monkeypatch.setattr(making.blobs, "write", written)

    def make():
        try:
            with tenant.using("worker"):
                ended.append(making.make(export=export, **serving))
        finally:
            reached.set()
            connections.close_all()

    thread = Thread(target=make)
    thread.start()
    assert reached.wait(PATIENCE_SECONDS)
    assert thread.is_alive()
    run = order_company(cast.a, minutes=0)
    carry_out(run)
    go_on.set()
    thread.join(PATIENCE_SECONDS)
    assert ended == [None]
    assert now(run).certified_at
    assert left_of_a(own_database, cast) == set()
    assert list(default_storage.names("", unfinished=True)) == []
