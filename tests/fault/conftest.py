"""Scenes of crashes, set once and copied for every killing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from dig1 import devdb
from dig1.folder import FolderStorage
from registry.company import blobs
from registry.rights.models import ErasureRun
from tests import databases
from tests.cast import CAST, Cast, Company
from tests.environment import ADDRESSES
from tests.fault.scene import FILES, Scene
from tests.proof.canary import all_powerful, release

Order = Callable[[Cast], ErasureRun | None]


@pytest.fixture(scope="session")
def set_scene(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker: str
) -> Iterator[Callable[[Order], Scene]]:
    """``set_scene(order)``: canaries in companies A and B, files of both, and what is ordered."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())

        def build(order: Order) -> Scene:
            name, folder = databases.new_name(worker), Path(tempfile.mkdtemp(prefix="dig1-fault-"))
            stack.callback(shutil.rmtree, folder)
            devdb.create_database(ADDRESSES, name, template=databases.template())
            stack.callback(devdb.drop_database, ADDRESSES, name)
            files = folder / "files"
            for company in (CAST.a, CAST.b):
                add_files(company, files)
            with databases.connected_to(name):
                with all_powerful(name) as admin:
                    release(admin, CAST)
                    give_back_roles(admin)
                run = order(CAST)
            return Scene(name, files, run and run.pk, CAST, order.__name__)

        yield build


def add_files(company: Company, folder: Path) -> None:
    store = FolderStorage(location=folder / "blobs")
    for name in FILES:
        content = f"{company.letter} {name}".encode()
        blobs.write(blobs.of_company(company.id, name), [content], store=store)


def give_back_roles(admin: psycopg.Connection) -> None:
    """A canary is no role, and a company needs an admin."""
    admin.execute("SET session_replication_role = replica")
    for company in (CAST.a, CAST.b):
        for person, role in company.people:
            admin.execute(
                "UPDATE persons_membership SET role = %s WHERE id = %s",
                [role.value, company.membership(person)],
            )
    admin.execute("SET session_replication_role = origin")
