"""What a hostile reading of the half-year report found, kept from coming back."""

import io
import re
import zipfile

import pytest

from tests.forms import a_form
from tests.scope import token_of

BLANK = a_form("{{场次}}")
XML = re.compile(rb"<\?xml[^>]*\?>")


def _part(name, change):
    """The blank with the bytes of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BLANK)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename.endswith(name) else body)
    return out.getvalue()


def _torn(name):
    """The blank with a hole in the packed bytes of one part."""
    with zipfile.ZipFile(io.BytesIO(BLANK)) as packed:
        entry = next(one for one in packed.infolist() if one.filename.endswith(name))
    hole = entry.header_offset + 30 + len(entry.filename) + 20
    return BLANK[:hole] + b"\xff" * 30 + BLANK[hole + 30 :]


def _declared(encoding):
    words = b'<?xml version="1.0" encoding="%b"?>' % encoding
    return _part("sheet1.xml", lambda body: words + XML.sub(b"", body))


@pytest.mark.parametrize(
    "content",
    [
        _torn("theme1.xml"),
        _declared(b"foo"),
        _declared(b"hex"),
        _declared(b"iso-8859-1"),
        _part("workbook.xml.rels", lambda body: re.sub(rb' Target="[^"]*"', b"", body)),
        _part("workbook.xml", lambda _body: b"<x/>"),
        _part("sheet1.xml", lambda _body: b""),
        BLANK[:-200],
        b"PK\x03\x04",
        b"",
    ],
)
def test_a_broken_form_of_a_superior_is_refused_in_words(cast, stopped, sign_in, content):
    browser = sign_in(cast.zhao)
    sent = {
        "csrf_token": token_of(browser, "/reports/blanks"),
        "file": (io.BytesIO(content), "上级表.xlsx"),
    }
    reply = browser.post("/reports/blanks", data=sent)
    assert reply.status_code == 422
    assert 'class="error"' in reply.text
