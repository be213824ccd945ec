import logging
from collections.abc import Iterator

import pytest

from tests.census.personas import PERSONAS
from tests.proof.targets import Scene, set_the_scene
from tests.proof.visiting import Visits


@pytest.fixture
def settings_without_limits(settings):
    """Many people at one address: what limits guessing would limit the test."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of refusals would each leave a line in the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene() -> Scene:
    return set_the_scene()


@pytest.fixture
def visits(scene: Scene, settings_without_limits: None, quiet: None) -> Visits:
    """Everybody signed in; what the scene holds stays through all their requests."""
    return Visits(PERSONAS)
