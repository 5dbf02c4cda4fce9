"""The forms of a report, and how much of it people see unless told otherwise."""

from enum import StrEnum


class Format(StrEnum):
    """How a report is printed."""

    HUMAN = "human"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


LIMIT = 50
"""Problems that a report shows to people unless told otherwise: what one may read; the rest is counted."""
