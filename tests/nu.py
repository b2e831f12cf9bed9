"""The Nu HTML checker over many pages at once.

The checker is a 30 MB jar: it is fetched once through npm into .cache/ (outside git) and checked
against the digest below each time it is fetched.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from scripts.vendor import VendorError, fetch, files_in
from tests.programs import CACHE, missing, need

VERSION = "26.9.27"
INTEGRITY = (
    "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUi"
    "Zhgli0SghgBX6RJRNea0KA=="
)
# htmx's own attributes are not HTML and not meant to be; the checker knows nothing of them.
HTMX = re.compile(r"^Attribute .hx-[a-z-]+. not allowed on element")


def check(documents):
    """Errors in `documents` ({name: HTML text}) as "name:line: message", in one run of Java.

    Skips the test (or fails it where all must run) without Java, or when the checker is neither in
    .cache/ nor to be had.
    """
    java, checker = need("java"), jar()
    if not documents:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(documents.items()):
            path = Path(folder, f"{number:04}.html")
            path.write_text(html, "utf-8")
            names[path.name] = name
        command = [java, "-Xss2m", "-jar", str(checker), "--errors-only", "--format", "json"]
        answer = subprocess.run(
            [*command, *(str(Path(folder, file)) for file in names)],
            capture_output=True,
            text=True,
            check=False,
        )
    # The checker answers on stderr; anything else there would be a crash of Java itself.
    messages = json.loads(answer.stderr)["messages"]
    return [
        f"{names[Path(one['url']).name]}:{one.get('lastLine', '?')}: {one['message']}"
        for one in messages
        if not HTMX.match(one["message"])
    ]


def jar():
    """The path of vnu.jar, fetched on first use."""
    path = CACHE / f"vnu-{VERSION}.jar"
    if not path.is_file():
        need("npm")
        try:
            tarball = fetch("vnu-jar", VERSION, INTEGRITY)
        except VendorError as error:
            missing(str(error))
        content = files_in(tarball, ["build/dist/vnu.jar"])["build/dist/vnu.jar"]
        CACHE.mkdir(exist_ok=True)
        # Whole or not at all: a run that is broken off must not leave half a jar behind.
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
    return path
