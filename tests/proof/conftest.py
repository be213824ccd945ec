import logging
from collections.abc import Iterator

import pytest


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
