"""Third-party files we carry: fetched from their npm packages, checked against a lock.

    python scripts/vendor.py                   fetch what the locks name, check, write
    python scripts/vendor.py htmx 2.0.11       move one of them to another version

A lock (`vendor.lock.json`) stands beside the files it speaks for and says for each name: the
package, its version, npm's own integrity of the tarball, and the sha384 of every file taken.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (
    ROOT / "app/static/vendor/vendor.lock.json",
    ROOT / "tests/vendor/vendor.lock.json",
)


class VendorError(Exception):
    """The package could not be had, or is not what the lock says."""


def digest(kind, content):
    """The digest of `content` (bytes) as browsers and npm write it: `sha384-…` in base64."""
    return f"{kind}-{base64.b64encode(hashlib.new(kind, content).digest()).decode()}"


def read_lock(lock):
    return json.loads(lock.read_text("utf-8"))


def folder_of(lock, name, entry):
    return lock.parent / f"{name}-{entry['version']}"


def fetch(package, version, integrity=None):
    """The bytes of the package's tarball, through the npm client.

    Raises VendorError without npm, when the package cannot be had, or when its digest is not
    `integrity` (None takes whatever the registry gives).
    """
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError("npm is missing (Debian: apt install npm)")
    with tempfile.TemporaryDirectory() as where:
        answer = subprocess.run(
            [npm, "pack", "--silent", f"{package}@{version}"],
            cwd=where,
            capture_output=True,
            text=True,
            check=False,
        )
        tarballs = list(Path(where).glob("*.tgz"))
        if answer.returncode or len(tarballs) != 1:
            raise VendorError(f"npm could not fetch {package}@{version}: {answer.stderr.strip()}")
        content = tarballs[0].read_bytes()
    if integrity not in (None, digest("sha512", content)):
        raise VendorError(f"{package}@{version} is not the package of the lock")
    return content


def files_in(tarball, paths):
    """{path in the package: its bytes} for `paths`; raises VendorError when one is not there."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for path in paths:
            try:
                found[path] = archive.extractfile(f"package/{path}").read()
            except KeyError:
                raise VendorError(f"the package has no {path}") from None
    return found


def restore(lock):
    """Write every file the lock names; nothing is written when one of them differs."""
    for name, entry in read_lock(lock).items():
        tarball = fetch(entry["package"], entry["version"], entry["integrity"])
        contents = files_in(tarball, [file["from"] for file in entry["files"].values()])
        for file_name, file in entry["files"].items():
            if digest("sha384", contents[file["from"]]) != file["sha384"]:
                raise VendorError(f"{name}: {file_name} is not the file of the lock")
        write(folder_of(lock, name, entry), entry, contents)


def write(folder, entry, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, file in entry["files"].items():
        (folder / file_name).write_bytes(contents[file["from"]])


def move(lock, name, version):
    """Take another version of `name`: new files, new digests; the old folder goes."""
    entries = read_lock(lock)
    entry = entries[name]
    old = folder_of(lock, name, entry)
    tarball = fetch(entry["package"], version)
    contents = files_in(tarball, [file["from"] for file in entry["files"].values()])
    entry["version"], entry["integrity"] = version, digest("sha512", tarball)
    for file in entry["files"].values():
        file["sha384"] = digest("sha384", contents[file["from"]])
    if old.exists():
        shutil.rmtree(old)
    write(folder_of(lock, name, entry), entry, contents)
    lock.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main(arguments):
    try:
        if not arguments:
            for lock in LOCKS:
                restore(lock)
        elif len(arguments) == 2:
            name, version = arguments
            homes = [lock for lock in LOCKS if name in read_lock(lock)]
            if not homes:
                raise VendorError(f"no lock names {name}")
            move(homes[0], name, version)
        else:
            print(__doc__.strip())
            return 2
    except VendorError as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
