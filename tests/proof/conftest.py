import pytest


@pytest.fixture
def settings_without_limits(settings):
    """Many people at one address: what limits guessing would limit the test."""
    settings.ACCOUNT_RATE_LIMITS = False
