"""Files in the blob store: the same of a folder and of Azure's containers."""

import tracemalloc
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage, storages

from dig1.azure import BLOCK
from registry.company import blobs
from registry.company.blobs import StoreUnavailable, of_company

COMPANY, OTHER = UUID(int=1), UUID(int=2)
NAME = of_company(COMPANY, "exports", "one.zip")
LARGE = 2 * BLOCK + 12345


@pytest.fixture(params=["folder", "azure"], autouse=True)
def store(request):
    if request.param == "azure":
        request.getfixturevalue("azure")
    return default_storage


def content(name=NAME, **options):
    return b"".join(blobs.stream(name, **options))


def names(organisation=COMPANY):
    return list(blobs.names(organisation))


def chunks(size):
    """Pieces of 1,000 bytes, each unlike its neighbours."""
    for start in range(0, size, 1000):
        yield (f"{start:<10}".encode() * 100)[: size - start]


def failing(size):
    yield from chunks(size)
    raise ZeroDivisionError


def everything(store):
    return list(store.names("", unfinished=True))


# --- write and read --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 999, BLOCK, BLOCK + 1, LARGE])
def test_what_is_written_is_read(size):
    blobs.write(NAME, chunks(size))
    assert content() == b"".join(chunks(size))
    assert default_storage.size(NAME) == size
    assert default_storage.exists(NAME)


def test_no_chunks_are_an_empty_file():
    blobs.write(NAME, [])
    assert (content(), names()) == (b"", [NAME])


@pytest.mark.parametrize("size", [10, LARGE])
def test_a_name_that_is_taken_is_refused_and_its_file_stays(size):
    blobs.write(NAME, [b"first"])
    with pytest.raises(FileExistsError):
        blobs.write(NAME, chunks(size))
    with pytest.raises(FileExistsError):
        default_storage.save(NAME, ContentFile(b"second"))
    assert content() == b"first"
    assert everything(default_storage) == [NAME]


@pytest.mark.parametrize("size", [0, 10, LARGE])
def test_a_writing_that_fails_leaves_nothing(store, size):
    with pytest.raises(ZeroDivisionError):
        blobs.write(NAME, failing(size))
    assert everything(store) == []
    assert not store.exists(NAME)
    blobs.write(NAME, [b"again"])
    assert content() == b"again"


def test_of_two_writings_at_once_one_wins(store):
    quicker = LARGE * b"q"

    def slowly():
        yield from chunks(LARGE)
        blobs.write(NAME, [quicker])

    with pytest.raises(FileExistsError):
        blobs.write(NAME, slowly())
    assert content() == quicker
    assert everything(store) == [NAME]


def test_an_unfinished_file_is_seen_by_nobody(store):
    def watched():
        yield from chunks(LARGE)
        assert names() == []
        assert not store.exists(NAME)

    blobs.write(NAME, watched())
    assert names() == [NAME]


def test_a_missing_file_is_told_before_anything_is_read():
    with pytest.raises(FileNotFoundError):
        blobs.stream(NAME)
    with pytest.raises(FileNotFoundError):
        default_storage.size(NAME)
    assert not default_storage.exists(NAME)


def test_djangos_files_are_saved_too():
    """As model fields do: from whatever can be read, under the very name."""
    assert default_storage.save(NAME, File(Unseekable(LARGE))) == NAME
    assert content() == b"".join(chunks(LARGE))


class Unseekable:
    def __init__(self, size):
        self.left = chunks(size)

    def read(self, size=-1):
        return next(self.left, b"")


def test_large_files_pass_through_little_memory():
    piece, count = bytes(100_000), 1_000
    tracemalloc.start()
    blobs.write(NAME, (piece for _ in range(count)))
    read = sum(map(len, blobs.stream(NAME)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == count * len(piece)
    assert peak < 8 * BLOCK


# --- names -----------------------------------------------------------------------------------


def test_the_names_of_a_company_are_its_own():
    mine = [of_company(COMPANY, *parts) for parts in (["a"], ["b", "c"], ["b", "d", "e"])]
    for name in (*mine, of_company(OTHER, "a"), "org/a", "erasures/1.json"):
        blobs.write(name, [b"x"])
    assert names() == mine
    assert names(OTHER) == [of_company(OTHER, "a")]
    assert names(uuid4()) == []


def test_names_below_a_folder_come_in_order():
    kept = ["erasures/2026-01-02/b.json", "erasures/2026-01-02/a.json", "erasures/2025-12-31/c"]
    for name in (*kept, "erasures-2/a", "other"):
        blobs.write(name, [b"x"])
    assert list(blobs.below(default_storage, "erasures")) == sorted(kept)
    assert len(list(blobs.below(default_storage, ""))) == 5
    assert list(blobs.below(default_storage, "nothing")) == []


def test_the_journal_is_a_store_of_its_own():
    journal = storages["journal"]
    blobs.write(NAME, [b"files"])
    blobs.write(NAME, [b"journal"], store=journal)
    assert (content(), content(store=journal)) == (b"files", b"journal")
    blobs.delete(NAME)
    assert list(blobs.names(COMPANY, store=journal)) == [NAME]
    assert blobs.delete_all(COMPANY, store=journal) == 1
    assert everything(journal) == []


# --- delete ----------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_and_may_be_deleted_again():
    blobs.write(NAME, [b"x"])
    blobs.delete(NAME)
    blobs.delete(NAME)
    assert (names(), default_storage.exists(NAME)) == ([], False)


def test_all_files_of_a_company_go_and_no_others():
    for number in range(12):
        blobs.write(of_company(COMPANY, "exports", str(number), "x"), [b"x"])
    kept = ["erasures/x", of_company(OTHER, "exports", "x")]
    for name in kept:
        blobs.write(name, [b"x"])
    assert blobs.delete_all(COMPANY) == 12
    assert blobs.delete_all(COMPANY) == 0
    assert everything(default_storage) == kept


def test_a_half_written_file_goes_with_the_companys_and_its_writing_fails(store):
    def interrupted():
        yield from chunks(LARGE)
        assert names() == []
        assert len(list(store.names(of_company(COMPANY), unfinished=True))) == 1
        assert blobs.delete_all(COMPANY) == 1
        yield from chunks(LARGE)

    with pytest.raises(StoreUnavailable):
        blobs.write(NAME, interrupted())
    assert everything(store) == []


def test_files_that_keep_coming_are_told(store, monkeypatch):
    blobs.write(NAME, [b"x"])
    monkeypatch.setattr(type(store._wrapped), "discard", lambda self, name: None)
    with pytest.raises(StoreUnavailable, match="keep coming"):
        blobs.delete_all(COMPANY)


# --- the folder ------------------------------------------------------------------------------


@pytest.fixture
def folder(store, files):
    """Where the store keeps its files, if it is a folder: its tests ask for it."""
    return files / "blobs"


def of_folders(test):
    return pytest.mark.parametrize("store", ["folder"], indirect=True)(test)


def modes(paths):
    return {oct(path.stat().st_mode & 0o777) for path in paths}


@of_folders
def test_nobody_else_can_enter_the_folder_or_read_a_file(folder):
    blobs.write(NAME, [b"x"])
    found = [folder, *folder.rglob("*")]
    assert modes(path for path in found if path.is_dir()) == {"0o700"}
    assert modes(path for path in found if path.is_file()) == {"0o600"}


@of_folders
def test_folders_go_with_their_last_file(folder):
    blobs.write(NAME, [b"x"])
    blobs.write(of_company(OTHER, "x"), [b"x"])
    blobs.delete(NAME)
    assert [path.name for path in (folder / "org").iterdir()] == [str(OTHER)]
    blobs.delete_all(OTHER)
    assert list(folder.iterdir()) == []


@of_folders
def test_a_failed_writing_leaves_no_folder(folder):
    with pytest.raises(ZeroDivisionError):
        blobs.write(NAME, failing(10))
    assert list(folder.iterdir()) == []


@of_folders
def test_folders_come_and_go_under_many_writers(folder):
    failures = []

    def work(number):
        try:
            for _ in range(50):
                blobs.write(of_company(COMPANY, "exports", str(number)), [b"x"])
                blobs.delete(of_company(COMPANY, "exports", str(number)))
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(folder.iterdir()) == []


@of_folders
def test_a_folder_that_can_not_be_used_is_told(folder):
    folder.mkdir(parents=True)
    (folder / "org").write_text("in the way")
    for fails in (
        lambda: blobs.write(NAME, [b"x"]),
        lambda: blobs.stream(NAME),
        lambda: blobs.delete(NAME),
        lambda: names(),
        lambda: blobs.delete_all(COMPANY),
    ):
        with pytest.raises(StoreUnavailable):
            fails()


@of_folders
def test_no_name_leads_out_of_the_folder(folder):
    for name in ("../outside", "/etc/hostname", "org/../../outside"):
        with pytest.raises(SuspiciousFileOperation):
            blobs.write(name, [b"x"])
        with pytest.raises(SuspiciousFileOperation):
            blobs.stream(name)
    assert not (folder.parent / "outside").exists()
