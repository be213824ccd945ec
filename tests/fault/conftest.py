"""Scenes of crashes, set once and copied for every killing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from dig1 import devdb
from registry.rights.models import ErasureRun
from tests import databases
from tests.cast import CAST, Cast
from tests.environment import ADDRESSES
from tests.fault.scene import Scene, add_files, give_back_roles
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
