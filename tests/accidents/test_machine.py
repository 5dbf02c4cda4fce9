"""What a machine refuses: verb, path and cause in one line, exit 1, and the last package untouched."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from psm_cards import anki, project, release, rendering, workflows
from psm_cards.files import LARGEST_TEXT, FileProblem
from psm_cards.model import Evidence
from tests.environment import mortal, need
from tests.project_case import ProjectCase

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights, links and names")

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
PACKAGE = "demo-unreleased.apkg"
OLD = b"the last package"
LONG = "a" * 300


@dataclass(frozen=True)
class Refusal:
    """A project that is whole before something is done to it, and what a build says then."""

    title: str
    arrange: Callable[[Path], object]
    expected: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.title


def instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return what puts something else in the place of a file or folder."""

    def arrange(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        make(path)

    return arrange


def locked(name: str, mode: int = 0) -> Callable[[Path], object]:
    """Return what takes the rights from a file or folder."""
    return lambda folder: (folder / name).chmod(mode)


def link(target: str) -> Callable[[Path], object]:
    """Return what makes a symbolic link."""
    return lambda path: path.symlink_to(target)


def read(name: str, cause: str, code: str = "unreadable-file") -> str:
    """Return the line that says why a file cannot be read."""
    return f"cannot read `{name}`: {cause} [{code}]"


def write(cause: str, folder: str = "build") -> str:
    """Return the line that says why the package cannot be written."""
    return f"error: cannot write `{folder}/{PACKAGE}`: {cause} [unwritable-file]"


DEVICE = "a pipe or device, not a file"
NO_FOLDER = "is a file or a broken link, not a folder"
REFUSALS = [
    Refusal("an unreadable file", locked("decks.yaml"), f"error: {read('decks.yaml', 'permission denied')}"),
    Refusal(
        "a missing file",
        lambda folder: (folder / "decks.yaml").unlink(),
        f"error: {read('decks.yaml', 'no such file or directory')}",
    ),
    Refusal(
        "a folder in the file's place",
        instead("decks.yaml", Path.mkdir),
        f"error: {read('decks.yaml', 'is a directory')}",
    ),
    Refusal("a pipe in the file's place", instead("decks.yaml", os.mkfifo), f"error: {read('decks.yaml', DEVICE)}"),
    Refusal("a device without end", instead("decks.yaml", link("/dev/zero")), f"error: {read('decks.yaml', DEVICE)}"),
    Refusal(
        "a link in a circle",
        instead("decks.yaml", link("decks.yaml")),
        f"error: {read('decks.yaml', 'too many levels of symbolic links')}",
    ),
    Refusal(
        "a byte that is not UTF-8",
        lambda folder: (folder / "decks.yaml").write_bytes(b"format: 1\n# \xe9\n"),
        f"decks.yaml:2:3: error: {read('decks.yaml', 'not UTF-8 (byte 13)')}",
    ),
    Refusal(
        "more than 64 MB",
        lambda folder: os.truncate(folder / "decks.yaml", LARGEST_TEXT + 1),
        f"error: {read('decks.yaml', 'it is larger than 64 MB', 'file-too-large')}",
    ),
    Refusal(
        "an unreadable included file",
        locked("more.yaml"),
        f"decks.yaml:3:11: error: {read('more.yaml', 'permission denied')}",
    ),
    Refusal(
        "an unreadable picture",
        locked("media/x.png"),
        f"decks.yaml:7:43: error: {read('media/x.png', 'permission denied', 'unreadable-media')}",
    ),
    Refusal(
        "a pipe in a picture's place",
        instead("media/x.png", os.mkfifo),
        "decks.yaml:7:43: error: `media/x.png` is no ordinary file [missing-media]",
    ),
    Refusal(
        "a device in a picture's place",
        instead("media/x.png", link("/dev/zero")),
        "decks.yaml:7:43: error: `media/x.png` is no ordinary file [missing-media]",
    ),
    Refusal(
        "an unreadable template",
        locked("templates/style.css"),
        "templates/style.css:1:1: error: cannot read the template: permission denied [template-error]",
    ),
    Refusal(
        "an unreadable folder of templates",
        locked("templates"),
        "templates:1:1: error: `templates` is a folder that you have no right to read [template-error]",
    ),
    Refusal(
        "an unreadable folder in that of templates",
        locked("templates/basic"),
        "templates/basic:1:1: error: `templates/basic` is a folder that you have no right to read [template-error]",
    ),
    Refusal(
        "an unreadable folder of pictures",
        locked("media"),
        f"decks.yaml:7:43: error: {read('media', 'permission denied', 'unreadable-media')}",
    ),
    Refusal(
        "a folder of pictures that may only be listed",
        locked("media", 0o444),
        f"decks.yaml:7:43: error: {read('media/x.png', 'permission denied', 'unreadable-media')}",
    ),
    Refusal(
        "an unreadable folder of included files",
        locked("parts/one"),
        f"decks.yaml:3:22: error: {read('parts/one', 'permission denied')}",
    ),
    Refusal(
        "an unreadable project, by its path",
        locked("."),
        f"error: {read('{}/decks.yaml', 'permission denied')}",
        ("{}",),
    ),
    Refusal(
        "an unreadable file, by its path",
        locked("decks.yaml"),
        f"error: {read('decks.yaml', 'permission denied')}",
        ("decks.yaml",),
    ),
    Refusal("a read-only output folder", locked("build", 0o555), write("permission denied")),
    Refusal("an output folder without rights", locked("build"), write("permission denied")),
    Refusal(
        "an output folder that cannot be made",
        locked(".", 0o555),
        write("permission denied", "new/one"),
        ("--output", "new/one"),
    ),
    Refusal("a name too long", lambda _: None, write("file name too long", LONG), ("--output", LONG)),
    Refusal(
        "a file as output folder",
        lambda _: None,
        write(f"`more.yaml` {NO_FOLDER}", "more.yaml"),
        ("--output", "more.yaml"),
    ),
    Refusal(
        "an output folder below a file",
        lambda _: None,
        write("not a directory", "more.yaml/new"),
        ("--output", "more.yaml/new"),
    ),
    Refusal("a link to nowhere as output folder", instead("build", link("nowhere")), write(f"`build` {NO_FOLDER}")),
    Refusal("a folder in the package's place", instead(f"build/{PACKAGE}", Path.mkdir), write("is a directory")),
]


def whole(case: ProjectCase) -> Path:
    """Write a project that reads files of every kind and has been built before; return its folder."""
    case.file(
        "decks.yaml",
        "format: 1\nproject: {id: demo, title: A demo}\ninclude: [more.yaml, parts/**/*.yaml]\n"
        "decks:\n  - name: Demo\n    notes:\n"
        "      - {id: one, question: '![a picture](media/x.png)', answer: A}\n",
    )
    case.file("more.yaml", "decks: []\n").file("media/x.png", PICTURE).file("templates/style.css", "b {}\n")
    case.file("parts/two/a.yaml", "decks: []\n").file("parts/one/b.yaml", "decks: []\n")
    case.file("templates/basic/back.html", "{{FrontSide}} {{Answer}}").file(f"build/{PACKAGE}", OLD)
    return case.folder


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_what_the_machine_refuses_is_told_in_one_line_and_costs_nothing(refusal: Refusal, case: ProjectCase) -> None:
    folder = whole(case)
    refusal.arrange(folder)
    arguments = [argument.format(folder) for argument in refusal.arguments]
    command = [*mortal(), sys.executable, "-m", "psm_cards", "build", *arguments]

    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=20)

    for name in ("", "build", "templates", "templates/basic", "media", "parts/one"):
        if (folder / name).is_dir():
            (folder / name).chmod(0o755)
    assert done.stdout.splitlines()[0] == refusal.expected.format(folder), done
    assert (done.returncode, done.stderr) == (1, "")
    if (folder / "build" / PACKAGE).is_file():
        assert (folder / "build" / PACKAGE).read_bytes() == OLD
        assert [path.name for path in (folder / "build").iterdir()] == [PACKAGE]


def test_a_project_that_may_not_be_read_is_told_in_the_form_that_was_asked_for(case: ProjectCase) -> None:
    folder = whole(case)
    locked("decks.yaml")(folder)
    command = [*mortal(), sys.executable, "-m", "psm_cards", "check", "decks.yaml", "--format", "json"]

    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert [problem["code"] for problem in json.loads(done.stdout)["diagnostics"]] == ["unreadable-file"]
    assert (done.returncode, done.stderr) == (1, "")


def test_a_read_only_package_gives_way_because_its_folder_may_be_written(case: ProjectCase) -> None:
    folder = whole(case)
    locked(f"build/{PACKAGE}", 0o444)(folder)

    subprocess.run([*mortal(), sys.executable, "-m", "psm_cards", "build"], cwd=folder, capture_output=True, check=True)

    assert (folder / "build" / PACKAGE).read_bytes() != OLD


def test_a_link_in_the_packages_place_gives_way_and_what_it_leads_to_stays(case: ProjectCase) -> None:
    folder = whole(case)
    elsewhere = folder / "elsewhere.apkg"
    elsewhere.write_bytes(OLD)
    instead(f"build/{PACKAGE}", link("../elsewhere.apkg"))(folder)

    subprocess.run([sys.executable, "-m", "psm_cards", "build"], cwd=folder, capture_output=True, check=True)

    assert elsewhere.read_bytes() == OLD
    assert not (folder / "build" / PACKAGE).is_symlink()


def test_a_picture_that_changes_after_it_was_named_is_not_packed_under_its_old_name(case: ProjectCase) -> None:
    folder = whole(case)
    loaded, _ = project.load(folder)
    assert loaded is not None
    planned, found = anki.plan(rendering.render(loaded, Evidence())[0])
    assert found == []
    (folder / "media" / "x.png").write_bytes(PICTURE + b"new")

    with pytest.raises(FileProblem) as caught:
        anki.write(planned, release.fresh(planned, workflows.UNRELEASED).stamps, folder / "build" / PACKAGE)

    assert str(caught.value) == f"cannot read `{folder}/media/x.png`: it changed while the package was made"
    assert (folder / "build" / PACKAGE).read_bytes() == OLD
    assert [path.name for path in (folder / "build").iterdir()] == [PACKAGE]


FILL = """
import subprocess, sys
from pathlib import Path
folder, package = Path(sys.argv[1]), Path(sys.argv[2], "demo-unreleased.apkg")
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(package.parent)], check=True)
def build():
    command = [sys.executable, "-m", "psm_cards", "build", "--output", str(package.parent), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    print(done.returncode, done.stdout.split("\\n")[0], [path.name for path in package.parent.iterdir()])
    return package.read_bytes()
old = build()
picture = folder / "media" / "x.png"
small = picture.read_bytes()
for size in (2_097_152 - 2 * len(old) + 4096, 2_000_000, 3_000_000):
    picture.write_bytes(small + bytes(size))
    print(build() == old)
picture.write_bytes(small)
print(build() == old)
"""


def test_a_disk_that_fills_up_costs_nothing_and_the_next_build_is_right(case: ProjectCase, tmp_path: Path) -> None:
    folder = whole(case)
    output = tmp_path / "output"
    output.mkdir()

    done = subprocess.run(
        [*own_mounts(), sys.executable, "-c", FILL, str(folder), str(output)],
        capture_output=True,
        text=True,
        check=False,
    )

    package = f"{output}/{PACKAGE}"
    built = f"0 built {package}: 1 note, 1 card in 1 deck ['{PACKAGE}']"
    full = f"1 error: cannot write `{package}`: no space left on device [unwritable-file] ['{PACKAGE}']"
    assert done.stderr == ""
    assert done.stdout.splitlines() == [built, *[full, "True"] * 3, built, "True"]


def own_mounts() -> list[str]:
    """Return the words before a command that let it mount a file system that goes with it."""
    ways = (["unshare", "--map-root-user", "--mount"], ["sudo", "-n", "unshare", "--mount"])
    for way in ways:
        if shutil.which(way[0]) and subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            return way
    need(None, "nobody here may mount a file system (Linux: unshare, or sudo)")
    return []
