"""`python3 wsgi.py`: the way from a bare Python to a running product."""

import subprocess
import sys

import pytest

from scripts import bootstrap
from tests.house.sources import ROOT


@pytest.fixture
def place(tmp_path):
    """A folder with a lock, an `app/cli.py` that tells its arguments, and an empty environment."""
    root = tmp_path / "a place with blanks"
    (root / "app").mkdir(parents=True)
    (root / "app/cli.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n")
    (root / "requirements.lock").write_text("# nothing\n")
    python = [sys._base_executable, "-m", "venv", "--without-pip", str(root / ".venv")]
    subprocess.run(python, check=True)
    return root


def is_ready(root):
    return bootstrap.is_ready(root / ".venv", root / "requirements.lock", root)


def test_a_python_too_old_is_told_so_in_one_line():
    with pytest.raises(bootstrap.CannotStart, match=r"3\.11 or newer is needed; this is 3\.9"):
        bootstrap.check_python((3, 9, 2))
    bootstrap.check_python((3, 12, 0))


def test_a_python_without_pip_is_told_so_in_one_line(place):
    python = bootstrap.python_of(place / ".venv")
    with pytest.raises(bootstrap.CannotStart, match="pip is missing"):
        bootstrap.check_pip(str(python))


def test_the_launcher_finds_the_project_from_anywhere_even_below_blanks(place, tmp_path):
    launcher = bootstrap.write_launcher(place / ".venv", place)
    answer = subprocess.run(
        [launcher, "org", "list"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "['org', 'list']"


def test_an_environment_is_ready_until_its_lock_changes_or_it_is_moved(place):
    assert not is_ready(place)
    stamp = bootstrap.stamp_of(place / ".venv", place / "requirements.lock", place)
    (place / ".venv/furong.stamp").write_text(stamp)
    assert is_ready(place)
    (place / "requirements.lock").write_text("# something\n")
    assert not is_ready(place)
    (place / "requirements.lock").write_text("# nothing\n")
    assert is_ready(place)
    moved = place.rename(place.parent / "elsewhere")
    assert not is_ready(moved)


def test_a_broken_environment_is_not_ready(place):
    bootstrap.python_of(place / ".venv").unlink()
    assert bootstrap.venv_version(place / ".venv") is None
    assert not is_ready(place)


@pytest.mark.parametrize(
    ("arguments", "ends"),
    [
        ([], ["furong", "serve"]),
        (["--port", "9"], ["furong", "serve", "--port", "9"]),
        (["demo"], ["furong", "demo"]),
        (["test", "-k", "x"], ["python", "-m", "pytest", "-k", "x"]),
    ],
)
def test_what_the_words_after_wsgi_py_stand_for(arguments, ends):
    command = bootstrap.command_for(arguments)
    words = [word.rsplit("/", 1)[-1] for word in command]
    assert words[-len(ends) :] == ends


def test_asking_only_for_the_environment_runs_nothing():
    assert bootstrap.command_for(["env"]) is None


def test_make_lists_its_targets_and_each_has_a_line():
    listing = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = {line.split()[1] for line in listing.stdout.splitlines()}
    promised = {"run", "test", "demo", "check", "bench", "release-check", "help"}
    assert promised <= targets
    phony = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY")
    )
    assert targets == set(phony.split()[1:])
