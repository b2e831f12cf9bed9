"""The third-party files are, byte for byte, what their locks say."""

import io
import tarfile

import pytest

from app.domain.passes import letters
from scripts import font
from scripts.vendor import LOCKS, VendorError, digest, files_in, folder_of, read_lock

HELD = (*LOCKS, font.LOCK)  # the font is cut after it was fetched, by a script of its own
FILES = [
    pytest.param(folder_of(lock, name, entry) / file_name, file["sha384"], id=f"{name}/{file_name}")
    for lock in HELD
    for name, entry in read_lock(lock).items()
    for file_name, file in entry["files"].items()
]


@pytest.mark.parametrize(("path", "sha384"), FILES)
def test_a_vendored_file_is_the_locked_one(path, sha384):
    assert digest("sha384", path.read_bytes()) == sha384


@pytest.mark.parametrize("lock", HELD, ids=lambda lock: "-".join(lock.parts[-3:-1]))
def test_nothing_lies_beside_the_locked_files_and_each_has_its_licence(lock):
    expected = {lock}
    for name, entry in read_lock(lock).items():
        files = {folder_of(lock, name, entry) / file_name for file_name in entry["files"]}
        assert any(file.name.startswith("LICENSE") for file in files)
        assert entry["integrity"].startswith("sha512-")
        expected |= files
    assert {path for path in lock.parent.rglob("*") if path.is_file()} == expected


def test_a_file_the_package_does_not_have_is_refused_in_words():
    tarball = io.BytesIO()
    with tarfile.open(fileobj=tarball, mode="w:gz"):
        pass
    with pytest.raises(VendorError, match=r"no dist/x\.js"):
        files_in(tarball.getvalue(), ["dist/x.js"])


def test_the_font_has_what_the_list_of_common_characters_names():
    found = font.characters()
    assert len(found) > 8000
    assert [c for c in found if not letters.has(c) and not c.isspace()] == []
