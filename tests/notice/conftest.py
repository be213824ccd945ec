from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.noticing import versions_in


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """The approved versions, in a folder of the test's own to add to."""
    with versions_in(tmp_path / "versions") as folder:
        yield folder
