"""The program as a user runs it, and the schemas that its reports keep to."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker

from psm_cards.cli import report_json

HERE = Path(__file__).parent
URI_CHARACTERS = re.compile(r"(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-F]{2})*", re.ASCII)


def psm_cards(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, as from a shell."""
    return subprocess.run(
        [sys.executable, "-m", "psm_cards", *arguments],
        cwd=folder,
        env={**os.environ, **environment},  # noqa: TID251 (the program under test needs a shell's environment)
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def json_report(printed: str) -> Any:  # noqa: ANN401 (a report as the JSON reader gives it)
    """Return a printed report after a look at its schema."""
    report = json.loads(printed)
    Draft202012Validator(report_json.schema()).validate(report)
    return report


def sarif_run(printed: str) -> Any:  # noqa: ANN401 (a log as the JSON reader gives it)
    """Return the one run of a printed SARIF log after a look at the standard's schema."""
    log = json.loads(printed)
    _sarif().validate(log)
    (run,) = log["runs"]
    return run


@cache
def _sarif() -> Draft4Validator:
    formats = FormatChecker()
    # Without this, the validator lets every text pass for an address.
    for name in ("uri", "uri-reference"):
        formats.checks(name)(lambda value: URI_CHARACTERS.fullmatch(value) is not None)
    schema = json.loads((HERE / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=formats)
