"""The one way to write: whole or not at all, aware times only, every pragma read back."""

import threading
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from app import clock, schema
from app.db import db, is_sqlite, snapshot, transaction
from app.domain import audit
from app.domain.audit import AuditEntry
from app.domain.programmes import Programme, programme_named
from app.domain.staff import TokenBucket


def test_a_naive_time_is_refused(app):
    with pytest.raises(StatementError, match="naive"), transaction() as session:
        session.add(TokenBucket(key="x", tokens=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert db.session.scalar(select(TokenBucket)) is None


def test_times_come_back_aware_and_in_utc(app, stopped):
    with transaction() as session:
        session.add(TokenBucket(key="x", tokens=1, at=clock.local(clock.now())))
    db.session.rollback()
    bucket = db.session.scalar(select(TokenBucket))
    assert bucket.at == clock.now()
    assert bucket.at.utcoffset().total_seconds() == 0


def test_a_failing_verb_leaves_nothing(app):
    def fail():
        with transaction():
            programme_named("宣讲")
            audit.record("signed_in", by=audit.SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.session.scalar(select(Programme)) is None
    assert db.session.scalar(select(AuditEntry)) is None


def test_changing_objects_outside_a_transaction_is_a_bug(app):
    programme = programme_named("宣讲")
    programme.name = "别的"
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass


def test_threads_write_in_turn_and_lose_nothing(app):
    def write(number):
        with app.app_context():
            for i in range(10):
                programme_named(f"类型{number}-{i}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(db.session.scalars(select(Programme)))) == 40


def test_a_snapshot_sees_one_moment_and_holds_nobody_up(app):
    def names():
        return sorted(db.session.scalars(select(Programme.name)))

    def write():
        with app.app_context():
            programme_named("汇讲")

    programme_named("宣讲")
    with snapshot() as connection:
        assert names() == ["宣讲"]
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        with snapshot():
            assert names() == ["宣讲"]
        assert connection.scalars(select(Programme.name)).all() == ["宣讲"]
    assert names() == ["宣讲", "汇讲"]
    programme_named("茶讲")  # and one writes again afterwards


def test_a_snapshot_writes_nothing_and_stands_in_no_transaction(app):
    with snapshot(), pytest.raises(RuntimeError, match="only reads"), transaction():
        pass
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"), snapshot():
        pass


def test_the_database_is_what_the_code_says(app):
    assert schema.is_current()
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
        if is_sqlite():
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert asked == {
                "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000
            }  # fmt: skip
