"""What the tests of the ground floor share."""

import pytest
from sqlalchemy import event

from app.db import db


@pytest.fixture
def statements(app):
    """The SELECTs sent to the database so far: clear it, act, count."""
    sent = []

    def hear(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield sent
    event.remove(db.engine, "before_cursor_execute", hear)
