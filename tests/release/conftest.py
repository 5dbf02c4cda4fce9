"""What the tests of releases share."""

from pathlib import Path

import pytest

from tests.release.releases import ReleasingCase


@pytest.fixture
def case(tmp_path: Path) -> ReleasingCase:
    """Return an empty project in a folder of its own."""
    return ReleasingCase(tmp_path / "project")
