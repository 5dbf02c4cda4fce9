"""Fixtures that tests of several rooms use."""

from pathlib import Path

import pytest

from tests.project_case import ProjectCase


@pytest.fixture
def case(tmp_path: Path) -> ProjectCase:
    """Return an empty project in a folder of its own."""
    return ProjectCase(tmp_path)
