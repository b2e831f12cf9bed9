"""The font of the pictures we draw: fetched from its npm package, cut down to the characters of names
and notices, checked against a lock.

    python -m scripts.font                     cut it again as the lock says, check, write
    python -m scripts.font 0.4.3 4.68.0        move to this version, cut with this fonttools

The cut keeps ASCII, GB 2312 and the rest of 通用规范汉字表 (scripts/font.txt), without hints and
features. fonttools is no dependency of ours: it comes from PyPI into an environment of its own.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from scripts.vendor import VendorError, digest, fetch, files_in

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "app/fonts/font.lock.json"
NAME, FONT, LICENCE = "noto-sans-sc", "NotoSansSC-Medium.ttf", "LICENSE"
MORE = "·—–…‘’“”×°±€£¥©®™•"  # signs a title may hold outside GB 2312
OPTIONS = (
    "--no-hinting", "--layout-features=", "--name-IDs=0,1,2,3,4,5,6,13,14", "--notdef-outline",
    "--no-recalc-timestamp", "--drop-tables+=GDEF,GPOS,GSUB,vhea,vmtx,VORG,BASE,DSIG,STAT",
)  # fmt: skip


def characters() -> str:
    """Every character the cut font has, in order."""
    rows = range(0xA1, 0xF8)
    double = [bytes((a, b)).decode("gb2312", "ignore") for a in rows for b in range(0xA1, 0xFF)]
    rest = (ROOT / "scripts/font.txt").read_text("utf-8").strip()
    ascii_ = "".join(chr(number) for number in range(0x20, 0x7F))
    return "".join(sorted(set("".join(double) + rest + ascii_ + MORE)))


def cut(whole: bytes, fonttools: str) -> bytes:
    """The font with our characters alone."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "whole.ttf").write_bytes(whole)
        (where / "characters.txt").write_text(characters(), "utf-8")
        venv.create(where / "env", with_pip=True)
        python = str(where / "env/bin/python")
        for command in (
            ["-m", "pip", "install", "--quiet", f"fonttools=={fonttools}"],
            ["-m", "fontTools.subset", "whole.ttf", "--text-file=characters.txt", *OPTIONS, "--output-file=cut.ttf"],
        ):  # fmt: skip
            if subprocess.run([python, *command], cwd=where, check=False).returncode:
                raise VendorError(f"could not run: {' '.join(command[:3])}")
        return (where / "cut.ttf").read_bytes()


def make(entry: dict, *, move: bool) -> None:
    """Fetch, cut, and write; a file that is not the lock's is refused unless the lock moves."""
    tarball = fetch(entry["package"], entry["version"], None if move else entry["integrity"])
    entry["integrity"] = digest("sha512", tarball)
    sources = files_in(tarball, [file["from"] for file in entry["files"].values()])
    made = {name: sources[file["from"]] for name, file in entry["files"].items()}
    made[FONT] = cut(made[FONT], entry["fonttools"])
    for name, file in entry["files"].items():
        found = digest("sha384", made[name])
        if not move and found != file["sha384"]:
            raise VendorError(f"{name} is not the file of the lock")
        file["sha384"] = found
    folder = LOCK.parent / f"{NAME}-{entry['version']}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)


def main(arguments):
    """Cut again, or move to another version."""
    entries = json.loads(LOCK.read_text("utf-8"))
    if len(arguments) not in (0, 2):
        print(__doc__.strip())
        return 2
    if arguments:
        entries[NAME]["version"], entries[NAME]["fonttools"] = arguments
    try:
        make(entries[NAME], move=bool(arguments))
    except VendorError as error:
        print(f"font: {error}", file=sys.stderr)
        return 1
    LOCK.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
