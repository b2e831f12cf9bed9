"""What pyproject.toml asks for, what the lock pins and what the decision explains are one list."""

import re
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import PYTHON, ROOT, imports_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
# Flask's own family: it cannot be installed without them, and its documentation uses them by name.
OF_FLASK = {"click", "jinja2", "markupsafe"}


def entries():
    """{name: (version, number of hashes)} of the lock."""
    found = {}
    for block in re.split(r"\n(?=[a-z0-9])", LOCK):
        pinned = re.match(r"([a-z0-9._-]+)==([^ ;\\]+)", block)
        if pinned:
            found[canonicalize_name(pinned[1])] = (pinned[2], block.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("wanted", RUNTIME + DEVELOPMENT, ids=lambda wanted: wanted.name)
def test_every_dependency_is_pinned_at_a_version_that_fits(wanted):
    version, _hashes = entries()[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(version)


def test_every_pinned_package_has_hashes_and_nothing_is_pinned_twice():
    assert all(hashes for _version, hashes in entries().values())
    assert len(re.findall(r"^[a-z0-9]\S*==", LOCK, re.M)) == len(entries())


def test_the_lock_says_nothing_of_where_packages_were_fetched():
    assert not re.search(r"https?://|--index|--find-links|file:", LOCK)


@pytest.mark.parametrize("wanted", RUNTIME, ids=lambda wanted: wanted.name)
def test_a_runtime_dependency_is_explained(wanted):
    decision = (ROOT / "docs/decisions/0002-dependencies.md").read_text("utf-8")
    assert f"`{wanted.name}`" in decision


def test_the_application_imports_only_what_it_declares():
    declared = {canonicalize_name(wanted.name) for wanted in RUNTIME} | OF_FLASK
    homes = packages_distributions()
    for path in PYTHON:
        for name in imports_of(path):
            top = name.split(".")[0]
            packages = {canonicalize_name(package) for package in homes.get(top, ())}
            assert not packages or packages & declared, f"{path.name} imports {top}"
