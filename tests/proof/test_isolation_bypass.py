"""Whatever SQL runs for company A, it neither reads nor touches what is B's (SECURITY check 12).

SQL injection is assumed: the attacker runs any statement as dig1_web. Not counted as reading are
the covert channels of any database: how long a query takes, and the counters of EXPLAIN, which
tell one who knows a value whether a row with it exists somewhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from dig1 import devdb
from registry.company import tenant
from registry.company.tenant import Context, Scope
from tests import databases
from tests.cast import CAST
from tests.environment import ADDRESSES
from tests.proof import arena
from tests.proof.arena import ATTACKER, VICTIM, Session
from tests.proof.attempts import EVERYTHING, SWEEP, Attempt
from tests.proof.oracles import ORACLES, Oracle
from tests.proof.reading import READING
from tests.proof.writing import WRITING

FigureFixture = Callable[[str, str], None]


@dataclass(frozen=True)
class Arena:
    urls: dict[str, str]
    markers: set[str]

    def betrayed(self, attacker: Session, said: tuple[str, ...] = ()) -> set[str]:
        """What the attacker has seen of others, without having said it."""
        seen, spoken = " ".join(attacker.seen), " ".join(said)
        return {word for word in self.markers if word in seen and word not in spoken}


@pytest.fixture(scope="module")
def field(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker: str
) -> Iterator[Arena]:
    """A database where B's admin is signed in, and the planner has its statistics."""
    name = databases.new_name(worker)
    urls = devdb.create_database(ADDRESSES, name, template=databases.template())
    with arena.session(urls["web"]) as victim:
        victim.enter(replace(VICTIM, scope=Scope.ACCOUNTS))
        for statement in SIGNED_IN:
            victim.connection.execute(statement)
        victim.connection.commit()
    with psycopg.connect(urls["owner"], autocommit=True) as owner:
        owner.execute("ANALYZE")
    yield Arena(urls, arena.markers(urls["staff"]))
    devdb.drop_database(ADDRESSES, name)


SIGNED_IN = (
    "INSERT INTO django_session (session_key, session_data, expire_date)"
    " VALUES ('session-key-of-the-victim', 'session-data-of-the-victim', now())",
    "INSERT INTO usersessions_usersession"
    " (user_id, session_key, ip, user_agent, created_at, last_seen_at, data) VALUES"
    f" ('{CAST.b.admin.id}', 'session-key-of-the-victim', '192.0.2.7', 'Netscape', now(), now(),"
    " '{}')",
    "UPDATE accounts_user SET password = 'hash-of-the-victim', phone = '+358401234567'"
    f" WHERE id = '{CAST.b.admin.id}'",
)


# --- contexts that are none ------------------------------------------------------------------


def own(attacker: Session) -> str:
    return attacker.sign(ATTACKER)


def with_claim(place: int, value: str) -> Callable[[Session], str]:
    """One's own context with one claim exchanged, and the signature left as it was."""

    def forge(attacker: Session) -> str:
        parts = own(attacker).split("|")
        parts[place] = value
        return "|".join(parts)

    return forge


def flipped(attacker: Session) -> str:
    signed = attacker.sign(VICTIM)
    return signed[:-1] + format(int(signed[-1], 16) ^ 1, "x")


CONTEXTS: dict[str, Callable[[Session], str | None]] = {
    "no context": lambda attacker: None,
    "an empty context": lambda attacker: "",
    "a context of nothing": lambda attacker: attacker.sign(Context()),
    "a context of staff": lambda attacker: attacker.sign(Context(Scope.STAFF)),
    "another company": with_claim(1, str(CAST.b.id)),
    "another person": with_claim(2, str(CAST.b.admin.id)),
    "another scope": with_claim(0, "accounts"),
    "staff's scope": with_claim(0, "staff"),
    "a later end": with_claim(3, "99999999999"),
    "an end beyond numbers": with_claim(3, "9" * 30),
    "another backend": with_claim(4, "1"),
    "no signature": with_claim(5, ""),
    "a signature in capitals": lambda attacker: attacker.sign(VICTIM).upper(),
    "one bit of the signature": flipped,
    "half the signature": lambda attacker: attacker.sign(VICTIM)[:-32],
    "an expired context": lambda attacker: attacker.sign(VICTIM, now=0),
    "the context of another session": lambda attacker: tenant.sign(VICTIM, pid=1),
    "company and person exchanged": lambda attacker: attacker.sign(
        Context(Scope.CUSTOMER, CAST.b.admin.id, CAST.b.id)
    ),
    "a line more": lambda attacker: attacker.sign(VICTIM) + "\n",
    "a line before": lambda attacker: "\n" + attacker.sign(VICTIM),
    "a claim more": lambda attacker: "|" + attacker.sign(VICTIM),
    "two contexts": lambda attacker: f"{own(attacker)}|{attacker.sign(VICTIM)}",
    "separators only": lambda attacker: "|||||",
    "words": lambda attacker: "' OR true --",
    "a megabyte": lambda attacker: "customer|" + "a" * 1_000_000,
    "letters of no alphabet": lambda attacker: "customer|ä☃|€|1|1|" + "0" * 64,
}


def reads_under(field: Arena, make: Callable[[Session], str | None]) -> bool:
    """Whether rows of others are seen, or the context makes an error (which might tell)."""
    with arena.session(field.urls["web"]) as attacker:
        attacker.set(make(attacker))
        refused = [query for query in (*SWEEP, EVERYTHING) if not attacker.run(query)]
        return bool(refused or field.betrayed(attacker))


# --- attempts --------------------------------------------------------------------------------


def succeeds(field: Arena, tried: Attempt) -> bool:
    """Whether the attempt saw or touched a row of another company or of its people."""
    with arena.session(field.urls["web"]) as attacker:
        before = arena.state_of_others(attacker)
        attacker.enter(ATTACKER)
        for statement in tried.statements:
            with attacker.connection.transaction():  # one refusal must not save the rest
                if not attacker.run(statement):
                    raise psycopg.Rollback
        attacker.run("SET CONSTRAINTS ALL IMMEDIATE")
        if attacker.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            return bool(field.betrayed(attacker, tried.statements))
        touched = arena.state_of_others(attacker) != before
    return touched or bool(field.betrayed(attacker, tried.statements))


def answers(field: Arena, oracle: Oracle, value: str) -> list[str]:
    """What the oracle says about a value, without the value itself."""
    with arena.session(field.urls["web"]) as attacker:
        attacker.enter(ATTACKER)
        for statement in oracle.statements:
            if not attacker.run(statement.replace("%", value)):
                break
        else:
            attacker.run("SET CONSTRAINTS ALL IMMEDIATE")
    return [re.sub(re.escape(value), "%", said) for said in attacker.seen]


def tells(field: Arena, oracle: Oracle) -> bool:
    return answers(field, oracle, oracle.theirs) != answers(field, oracle, oracle.nobodys)


def test_no_statement_of_one_company_reads_or_touches_another(
    field: Arena, figure: FigureFixture
) -> None:
    with arena.session(field.urls["web"]) as victim:  # B is at work meanwhile
        victim.enter(VICTIM)
        victim.run(f"SELECT * FROM accounts_user WHERE email = '{CAST.b.admin.email}'")
        got_through = [name for name, make in CONTEXTS.items() if reads_under(field, make)]
        got_through += [one.name for one in (*READING, *WRITING) if succeeds(field, one)]
        got_through += [oracle.name for oracle in ORACLES if tells(field, oracle)]
    tried = len(CONTEXTS) + len(READING) + len(WRITING) + len(ORACLES)
    figure("check 12", f"{len(got_through)} of {tried} attempts read or touched a foreign row")
    assert got_through == [], got_through


# --- the same session, from one request to the next ------------------------------------------


def test_a_prepared_statement_shows_each_company_its_own(field: Arena) -> None:
    with arena.session(field.urls["web"]) as shared:
        shared.enter(VICTIM)
        shared.run("PREPARE everything AS " + EVERYTHING)
        for _ in range(6):  # five plans of its own, then a generic one
            shared.run("EXECUTE everything")
        shared.connection.commit()
        assert field.betrayed(shared)
        shared.seen.clear()
        shared.enter(ATTACKER)
        assert shared.run("EXECUTE everything")
        assert str(CAST.a.id) in " ".join(shared.seen)
        assert not field.betrayed(shared)


def test_a_held_cursor_shows_what_its_opener_could_see(field: Arena) -> None:
    with arena.session(field.urls["web"]) as shared:
        shared.enter(ATTACKER)
        shared.run("DECLARE kept CURSOR WITH HOLD FOR " + EVERYTHING)
        shared.connection.commit()
        shared.enter(VICTIM)
        shared.run("FETCH 1 FROM kept")
        shared.connection.commit()
        shared.enter(ATTACKER)
        assert shared.run("FETCH ALL FROM kept")
        assert not field.betrayed(shared)


def test_a_context_ends_with_its_transaction(field: Arena) -> None:
    for end in ("COMMIT", "ROLLBACK"):
        with arena.session(field.urls["web"]) as shared:
            shared.enter(VICTIM)
            shared.connection.execute(end)
            assert shared.run(EVERYTHING)
            assert not field.betrayed(shared)


def test_a_context_is_no_use_on_another_backend(field: Arena) -> None:
    with arena.session(field.urls["web"]) as victim, arena.session(field.urls["web"]) as attacker:
        attacker.set(victim.sign(VICTIM))
        assert attacker.run(EVERYTHING)
        assert not field.betrayed(attacker)


# --- and that these tests would notice -------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM company_organisation",
        "SELECT name FROM company_organisation WHERE CAST(name AS integer) = 0",
        "DO $$ BEGIN RAISE NOTICE '%', (SELECT name FROM company_organisation LIMIT 1); END $$",
        "COPY persons_membership TO STDOUT",
    ],
    ids=["rows", "errors", "notices", "copies"],
)
def test_what_is_seen_is_noticed(field: Arena, statement: str) -> None:
    with arena.session(field.urls["web"]) as session:
        session.enter(VICTIM)
        session.run(statement)
        assert field.betrayed(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE persons_membership SET office = 'x' WHERE role = 'reader'",
        "DELETE FROM company_tradename",
        "INSERT INTO company_tradename (id, organisation_id, name)"
        f" VALUES (gen_random_uuid(), '{CAST.b.id}', 'x')",
    ],
    ids=["updates", "deletions", "insertions"],
)
def test_what_is_touched_is_noticed(field: Arena, statement: str) -> None:
    with arena.session(field.urls["web"]) as session:
        before = arena.state_of_others(session)
        session.enter(VICTIM)
        assert session.run(statement)
        assert arena.state_of_others(session) != before


def test_every_company_table_has_a_row_to_be_seen(field: Arena) -> None:
    """But those that are empty by design."""
    with arena.session(field.urls["web"]) as session:
        filled = {table for table, _ in arena.state_of_others(session)}
    empty = {table.name for table in arena.WITH_PEOPLE} - filled
    assert empty == {
        "account_emailconfirmation",
        "accounts_user_user_permissions",
        "company_organisationgroupobjectpermission",
        "django_admin_log",
        "notice_noticeshown",
        "rights_erasurefile",
        "rights_erasuresubject",
    }
