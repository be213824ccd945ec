"""Azure's blob store when it fails, and on the way to it: told soon, told apart, nothing lost."""

import logging
import time
from contextlib import suppress
from uuid import UUID

import pytest
from azure.identity import DefaultAzureCredential
from django.core.files.storage import default_storage, storages

from dig1 import azure as backend
from dig1.azure import BLOCK, BlobStorage
from registry.company import blobs
from registry.company.blobs import StoreUnavailable, of_company
from tests.faults import answering, closed, cut, late, silent

COMPANY = UUID(int=1)
NAME, OTHER_NAME = of_company(COMPANY, "one"), of_company(COMPANY, "other")
SMALL, LARGE = 1000 * b"s", (2 * BLOCK + 1) * b"l"
VERBS = {
    "write": lambda: blobs.write(OTHER_NAME, [SMALL]),
    "write much": lambda: blobs.write(OTHER_NAME, [LARGE]),
    "stream": lambda: blobs.stream(NAME),
    "names": lambda: list(blobs.names(COMPANY)),
    "delete": lambda: blobs.delete(NAME),
    "delete all": lambda: blobs.delete_all(COMPANY),
    "exists": lambda: default_storage.exists(NAME),
    "size": lambda: default_storage.size(NAME),
}


@pytest.fixture
def impatient(monkeypatch):
    """As patient as it is in production, in fewer seconds."""
    monkeypatch.setitem(backend.OPTIONS, "read_timeout", 0.5)
    monkeypatch.setitem(backend.RETRIES, "initial_backoff", 0.05)
    monkeypatch.setitem(backend.RETRIES, "increment_base", 0)


def content(name=NAME):
    return b"".join(blobs.stream(name))


def everything():
    return list(default_storage.names("", unfinished=True))


def are_unavailable(verbs=VERBS, *, match=None):
    for verb, does in verbs.items():
        with pytest.raises(StoreUnavailable, match=match):
            does()
            pytest.fail(f"{verb} noticed nothing")


# --- down, slow, refusing --------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        closed,
        answering(500, "InternalError"),
        answering(503, "ServerBusy"),
        answering(403, "AuthorizationFailure"),
        answering(400, "UnsupportedHeader"),
        answering(409, "ContainerBeingDeleted"),
        answering(404, "ContainerNotFound"),
    ],
    ids=["closed", "500", "503", "403", "400", "409", "404"],
)
def test_every_verb_tells_that_the_store_does_not_serve(faults, impatient, fault):
    blobs.write(NAME, [SMALL])
    faults.fail(fault)
    are_unavailable()
    faults.heal()
    assert everything() == [NAME]
    assert content() == SMALL


@pytest.mark.fault
def test_a_store_that_is_down_is_told_and_used_again_when_it_is_up(azure, impatient):
    blobs.write(NAME, [SMALL])
    azure.stop()
    are_unavailable()
    azure.start()
    assert everything() == [NAME]
    assert content() == SMALL


@pytest.mark.fault
def test_a_store_that_never_answers_is_given_up_in_seconds(faults):
    """With the patience of production."""
    faults.fail(silent)
    began = time.monotonic()
    are_unavailable({"stream": VERBS["stream"]})
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("verb", ["write", "stream", "names", "delete"])
def test_what_the_store_never_answers_is_given_up(faults, impatient, verb):
    faults.fail(silent)
    are_unavailable({verb: VERBS[verb]})


def test_a_slow_store_serves(faults, impatient):
    faults.fail(late(0.2))
    blobs.write(NAME, [SMALL])
    assert content() == SMALL
    assert blobs.delete_all(COMPANY) == 1


def test_a_short_fault_is_not_noticed(faults, impatient):
    blobs.write(NAME, [SMALL])
    for fault in (closed, silent, answering(500, "InternalError"), answering(503, "ServerBusy")):
        faults.fail(fault, times=2)
        assert content() == SMALL
        faults.fail(fault, times=2)
        assert list(blobs.names(COMPANY)) == [NAME]


def test_a_wrong_key_is_told(azure, settings, impatient):
    settings.STORAGES = settings.STORAGES | azure.stores(key="d3Jvbmc=")
    are_unavailable(match="AuthorizationFailure|ClientAuthenticationError")


def test_a_missing_container_is_no_empty_one(azure, impatient):
    """Or an erasure would find nothing to delete and be done."""
    default_storage.client.delete_container()
    are_unavailable(match="ContainerNotFound")


def test_a_file_that_is_missing_is_not_told_as_a_fault(azure):
    with pytest.raises(FileNotFoundError):
        blobs.stream(NAME)
    with pytest.raises(FileNotFoundError):
        default_storage.size(NAME)
    assert not default_storage.exists(NAME)
    blobs.delete(NAME)


# --- half-way --------------------------------------------------------------------------------


def test_a_writing_that_breaks_off_goes_on(faults, impatient):
    faults.fail(cut(sent=BLOCK // 2), times=2)
    blobs.write(NAME, [LARGE])
    assert content() == LARGE
    assert faults.accepted >= 3


def test_of_a_writing_that_can_not_go_on_nothing_is_left(faults, impatient):
    def breaking():
        yield LARGE
        faults.fail(cut(sent=BLOCK // 2))
        yield LARGE

    with pytest.raises(StoreUnavailable):
        blobs.write(NAME, breaking())
    assert everything() == []


def test_what_is_left_in_a_store_that_is_down_is_in_nobodys_way(faults, impatient):
    def broken():
        yield LARGE
        faults.fail(closed)
        yield LARGE

    with pytest.raises(StoreUnavailable):
        blobs.write(NAME, broken())
    faults.heal()
    assert list(blobs.names(COMPANY)) == []
    blobs.write(NAME, [LARGE])
    assert content() == LARGE
    assert everything() == [NAME]


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "large"])
def test_a_writing_whose_answer_is_lost_is_done_once(faults, impatient, data):
    """The request is sent again, and finds what it has itself written."""

    def losing():
        yield data[:-1]
        faults.fail(cut(answered=0), times=1)
        yield data[-1:]

    blobs.write(NAME, losing())
    assert content() == data
    with pytest.raises(FileExistsError):
        blobs.write(NAME, [b"another"])


def test_a_deletion_whose_answer_is_lost_is_done(faults, impatient):
    blobs.write(NAME, [SMALL])
    faults.fail(cut(answered=0), times=1)
    blobs.delete(NAME)
    assert everything() == []


def test_a_reading_that_breaks_off_goes_on(faults, impatient):
    blobs.write(NAME, [LARGE])
    faults.fail(cut(answered=300_000), times=2)
    assert content() == LARGE


def test_a_reading_that_can_not_go_on_is_told_and_not_taken_for_the_end(faults, impatient):
    blobs.write(NAME, [LARGE])
    pieces = blobs.stream(NAME)
    assert next(pieces)
    faults.fail(cut(answered=300_000))
    with pytest.raises(StoreUnavailable):
        list(pieces)


def test_a_deletion_of_all_goes_on_where_it_was_broken_off(faults, impatient):
    for number in range(5):
        blobs.write(of_company(COMPANY, str(number)), [SMALL])
    store, deleted = storages["default"], []

    def breaking(name):
        deleted.append(name)
        if len(deleted) == 3:
            faults.fail(closed)
        BlobStorage.discard(store, name)

    with pytest.MonkeyPatch.context() as patch, suppress(StoreUnavailable):
        patch.setattr(store, "discard", breaking)
        blobs.delete_all(COMPANY)
        pytest.fail("It noticed nothing.")
    faults.heal()
    assert blobs.delete_all(COMPANY) == 3
    assert everything() == []


# --- what Azure keeps besides ----------------------------------------------------------------


def test_snapshots_go_with_their_file(azure):
    blobs.write(NAME, [SMALL])
    blobs.write(OTHER_NAME, [SMALL])
    for name in (NAME, OTHER_NAME):
        default_storage.client.get_blob_client(name).create_snapshot()
    blobs.delete(NAME)
    assert blobs.delete_all(COMPANY) == 1
    found = default_storage.client.list_blobs(include=["snapshots", "uncommittedblobs", "deleted"])
    assert list(found) == []


def test_blocks_of_a_killed_writing_go_with_the_companys_files(azure):
    default_storage.client.get_blob_client(NAME).stage_block("MDAx", SMALL)
    assert list(blobs.names(COMPANY)) == []
    assert everything() == [NAME]
    assert blobs.delete_all(COMPANY) == 1
    assert everything() == []


def test_addresses_of_files_are_not_logged(azure, caplog):
    """At the levels of the settings."""
    with caplog.at_level(logging.INFO):
        blobs.write(NAME, [LARGE])
        content()
        blobs.delete_all(COMPANY)
    assert caplog.records == []


# --- in production ---------------------------------------------------------------------------


def test_the_account_is_opened_by_managed_identity_over_tls():
    store = BlobStorage(account_name="dig1files", azure_container="blobs")
    assert store.client.url == "https://dig1files.blob.core.windows.net/blobs"
    assert isinstance(store.service_client.credential, DefaultAzureCredential)
