"""The English catalogue: find every marked sentence, keep its translation, compile.

python scripts/catalogue.py update    add new sentences to messages.po, drop unused, compile
python scripts/catalogue.py missing   print sentences without a translation; exit 1 if any
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None}


def marked() -> list[str]:
    """Every sentence marked in code and templates, in the order it is found."""
    found = extract_from_dir(
        str(ROOT / "app"), METHODS, {"templates/**.html": {"silent": "false"}}, KEYWORDS
    )
    return list(dict.fromkeys(message for _f, _n, message, _c, _x in found))


def read() -> Catalog:
    """The catalogue as it stands."""
    if not PO.exists():
        return Catalog(locale="en", project="Furong", version="", charset="utf-8")
    with PO.open("rb") as source:
        return read_po(source, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # no churn
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """Marked sentences without a finished translation."""
    return [m for m in marked() if catalog.get(m) is None or not catalog.get(m).string]


def update() -> None:
    """Bring messages.po and messages.mo up to the code."""
    old = read()
    fresh = Catalog(locale="en", project="Furong", version="", charset="utf-8", header_comment="")
    for message in marked():
        known = old.get(message)
        fresh.add(message, known.string if known else "")
    write(fresh)


def write(catalog: Catalog) -> None:
    """Write .po (without line numbers: they would change with every edit) and .mo."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as out:
        write_po(out, catalog, no_location=True, omit_header=True, width=0)
    MO.write_bytes(compiled(read()))


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    left = missing(read())
    print("\n".join(left))
    sys.exit(1 if left else 0)
