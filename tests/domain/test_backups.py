"""A backup and the way back: row for row, all or nothing, and what does not come alive again."""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app import clock, keys, schema, seeds
from app.config import Settings
from app.db import db, is_sqlite, transaction
from app.domain import audit, backups, checkins, identity, members, orgs, trail
from app.domain import staff as accounts
from app.domain.audit import AuditEntry
from app.domain.backups import archive
from app.domain.staff.sessions import start_session
from app.errors import Gone, Refusal
from tests import boxes
from tests.doors import open_event
from tests.gatherings import arrive, guest

REVISIONS = schema.revisions()


@pytest.fixture(autouse=True)
def tidy(app, empty_house):
    with boxes.no_schemas_left():
        yield


@pytest.fixture
def box(app, cast, tmp_path):
    """A backup of the cast."""
    return boxes.make(app, tmp_path / "cast.furong")


def refuse(path, app, **told):
    """What `furong restore` checks before it touches anything."""
    settings = told.pop("settings", boxes.settings_of(app))
    backups.refuse_unfit(
        backups.read_manifest(path), settings=settings, revisions=REVISIONS, **told
    )


def test_a_whole_district_comes_back_row_for_row(app, tmp_path):
    seeds.load()
    before = boxes.everything()
    box = boxes.make(app, tmp_path / "all.furong", note=False)
    with transaction() as session:
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in ("audit_entry", "public_code"):
                session.execute(table.delete())
    boxes.put_back(app, box)
    after = boxes.everything()
    assert boxes.kept(after) == boxes.kept(before)
    assert sum(map(len, before.values())) > 10_000
    assert after["audit_entry"][:-1] == before["audit_entry"]
    assert schema.is_current()


def test_what_was_here_stays_aside_whole(app, cast, box):
    boxes.rename_root("恢复前")
    aside = boxes.put_back(app, box)
    assert boxes.root_name() == "芙蓉团区委"
    if is_sqlite():
        os.replace(aside, db.engine.url.database)
        db.engine.dispose()
        assert boxes.root_name() == "恢复前"
    else:
        name = db.session.scalar(db.text(f"SELECT short_name FROM {aside}.org ORDER BY id LIMIT 1"))
        assert name == "恢复前"


def test_the_restored_database_goes_on_counting_and_guarding(app, cast, box):
    newest = cast.lin.id
    boxes.put_back(app, box)
    person = members.make_person("新来的", phone="13900000077")
    with transaction() as session:
        session.add(person)
    assert person.id > newest
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(AuditEntry.__table__.delete())


def test_sessions_and_unused_links_end_and_the_trail_says_so(app, cast, tmp_path):
    secret = start_session(cast.zhao, browser="t", absolute=timedelta(hours=12))
    link = accounts.reset_staff(cast.organizer, by=None, days=20).secret
    box = boxes.make(app, tmp_path / "a.furong")
    assert accounts.live_session(secret, idle=timedelta(hours=2))
    district = cast.district.id
    boxes.put_back(app, box)
    assert accounts.live_session(secret, idle=timedelta(hours=2)) is None
    with pytest.raises(Gone):
        accounts.find_invitation(link)
    last = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (last.act, last.org_id, last.actor_kind) == ("backup_restored", district, "system")
    assert last.facts.keys() == audit.ACTS["backup_restored"][1]
    assert clock.now() - last.at < timedelta(minutes=5)


def test_an_older_schema_is_brought_up_to_todays(app, cast, tmp_path):
    db.session.rollback()
    with db.engine.execution_options(furong_write=True).begin() as connection:
        config = schema.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    box = boxes.make(app, tmp_path / "old.furong", note=False)
    assert backups.read_manifest(box).revision == "0001"
    boxes.put_back(app, box)
    assert schema.is_current()
    assert boxes.root_name() == "芙蓉团区委"


def test_it_is_written_down_when_and_by_whom(app, cast, tmp_path, stopped):
    assert backups.last_backup() == backups.LastBackup(None, None)
    assert backups.last_backup().is_late
    size = boxes.make(app, tmp_path / "a.furong").stat().st_size
    file, sent = backups.back_up(settings=boxes.settings_of(app), by=cast.zhao.actor)
    assert len(file.read()) == sent
    file.close()
    assert [(one.name, one.how) for one in backups.recent()] == [
        ("赵书记", "download"),
        (None, "command"),
    ]
    assert backups.recent()[1].size_bytes == size
    for days, is_late in ((6, False), (1, True)):
        stopped.forward(days=days)
        assert backups.last_backup().is_late is is_late
    assert backups.last_backup().days == 7
    acts = [e.act for e in trail.lines_of(cast.district, trail.Asked(), limit=100)]
    assert acts.count("backup_made") == 2


# What is refused, and that nothing changes by it


def test_any_flipped_bit_and_any_cut_is_found(app, box):
    whole, chance = box.read_bytes(), random.Random(9)
    spots = [chance.randrange(len(whole)) for _ in range(180)] + list(
        range(len(whole) - 20, len(whole))
    )
    wrong = [
        bytes([whole[at] ^ (1 << chance.randrange(8))]).join((whole[:at], whole[at + 1 :]))
        for at in spots
    ]
    wrong += [whole[:at] for at in (0, 1, 30, 80, *spots[:60], len(whole) - 1)]
    wrong += [whole + b"x", whole + whole, b"not a backup", b"PK\x03\x04"]
    before = boxes.everything()
    for told in wrong:
        box.write_bytes(told)
        with pytest.raises(backups.Damaged):
            backups.read_manifest(box)
    box.write_bytes(whole)
    assert backups.read_manifest(box).revision in REVISIONS
    assert boxes.everything() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"product": "other"}, {"made_at": "gestern"}, {"made_at": "2026-11-22T12:00:00"},
        {"made_at": "' ; DROP TABLE org --"}, {"member": "../furong.db"}, {"kind": "mysql"},
        {"size_bytes": 1}, {"size_bytes": -1}, {"size_bytes": "9"}, {"rows": {'org"; --': 1}},
        {"rows": {"org": True}}, {"rows": {"org": -1}}, {"keys": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_could_not_be_ours_is_refused(box, tmp_path, changes):
    with pytest.raises(backups.Damaged):
        backups.read_manifest(boxes.resealed(box, tmp_path / "b.furong", **changes))


@pytest.mark.parametrize(
    "changes", [{"rows": {"org": 8, "staff": 6}}, {"sha256": "0" * 64}], ids=str
)
def test_a_dump_that_is_not_what_the_manifest_says_changes_nothing(app, box, tmp_path, changes):
    boxes.rename_root("原来的")
    before = boxes.everything()
    with pytest.raises(Refusal):
        boxes.put_back(app, boxes.resealed(box, tmp_path / "b.furong", **changes))
    assert boxes.everything() == before


def test_a_dump_that_is_no_dump_changes_nothing(app, box, tmp_path):
    before, dump = boxes.everything(), b"no database at all" * 4000
    told = {"size_bytes": len(dump), "sha256": keys.hashlib.sha256(dump).hexdigest()}
    with pytest.raises(Refusal):
        boxes.put_back(app, boxes.resealed(box, tmp_path / "b.furong", dump, **told))
    assert boxes.everything() == before


def test_a_newer_backup_asks_for_a_newer_program(app, box, tmp_path):
    for changes in ({"revision": "9999"}, {"format": 2}):
        newer = boxes.resealed(box, tmp_path / "b.furong", **changes)
        with pytest.raises(backups.NotForHere, match="升级"):
            refuse(newer, app)
        (tmp_path / "b.dump").unlink()


def test_a_backup_of_the_other_database_names_the_setting(app, box, tmp_path):
    kind = "postgresql" if is_sqlite() else "sqlite"
    other = boxes.resealed(box, tmp_path / "b.furong", kind=kind, member=archive.MEMBERS[kind])
    with pytest.raises(backups.NotForHere, match="FURONG_DATABASE_URL"):
        refuse(other, app)


def test_the_keys_must_be_the_ones_of_then(app, box, tmp_path):
    refuse(box, app)
    here = boxes.settings_of(app)
    empty = Settings.read(
        {"FURONG_INSTANCE_DIR": str(tmp_path / "new"), "FURONG_DATABASE_URL": here.database_url}
    )
    with pytest.raises(backups.NotForHere, match=r"secret.key、pii.key"):
        refuse(box, app, settings=empty)
    assert not (tmp_path / "new").exists(), "looking made a key"
    (tmp_path / "new").mkdir()
    (tmp_path / "new/secret.key").write_bytes((here.folder / "secret.key").read_bytes())
    (tmp_path / "new/pii.key").write_text("another key, long enough to be taken as one")
    with pytest.raises(backups.NotForHere) as refused:
        refuse(box, app, settings=empty)
    assert "pii.key" in refused.value.plain()
    assert "secret.key" not in refused.value.plain()
    refuse(box, app, settings=empty, keys_lost=True)


def test_no_key_and_no_whole_phone_is_in_the_file(app, cast, box, tmp_path):
    archive.unpack(box, backups.read_manifest(box), tmp_path / "dump")
    found = box.read_bytes() + (tmp_path / "dump").read_bytes()
    for name in ("secret.key", "pii.key"):
        assert (boxes.settings_of(app).folder / name).read_bytes().strip() not in found
    for number in ("13900000001", "13900000002", "13900000003"):
        assert number.encode() not in found
    assert box.stat().st_mode & 0o077 == 0


def test_without_the_lost_keys_all_but_the_phones_is_there(app, cast, tmp_path, monkeypatch):
    wang, district, by = cast.wang.id, cast.district.id, cast.zhao.actor
    assert members.show_phone(cast.wang, by=by, org=cast.district) == "13900000001"
    box = boxes.make(app, tmp_path / "a.furong")
    monkeypatch.setattr(keys, "_pii_key", b"another key of thirty-two bytes!")
    boxes.put_back(app, box, keys_lost=True)
    person = db.session.get(members.Person, wang)
    assert (person.name, person.phone_tail) == ("王芳", "0001")
    assert members.show_phone(person, by=by, org=db.session.get(orgs.Org, district)) is None


def test_without_the_lost_keys_numbers_match_and_guests_stay_guests(
    app, cast, tmp_path, monkeypatch, stopped
):
    event = open_event(cast)
    stranger = guest("慕容路人", phone="19977778642")
    row = arrive(event, stranger, phone="19977778642")
    old = stranger.guest_key
    box = boxes.make(app, tmp_path / "a.furong")
    monkeypatch.setattr(keys, "_pii_key", b"another key of thirty-two bytes!")
    boxes.put_back(app, box, keys_lost=True)
    typed = identity.read("李雷", "", "202043000002")
    li = db.session.get(members.Person, cast.li.id)
    assert li.admission_hash == typed.number_hash
    who = identity.who_is(db.session, typed, clock.today(), None)
    assert who.person_id == li.id
    left = db.session.get(members.Person, stranger.id).guest_key
    assert left not in (None, old)
    assert db.session.get(checkins.CheckIn, row.id).typed_phone_hash is None


# Where a file may go


def test_a_file_that_is_there_stays_without_the_word(app, cast, tmp_path):
    path = tmp_path / "a.furong"
    path.write_text("somebody's")
    with pytest.raises(backups.NotMade, match="--replace"):
        boxes.make(app, path)
    assert path.read_text() == "somebody's"
    assert boxes.make(app, path, replace=True)
    assert backups.read_manifest(path)
    with pytest.raises(backups.NotMade):
        boxes.make(app, Path("/dev/null"), replace=True)
    assert Path("/dev/null").is_char_device()
    assert [p.name for p in tmp_path.iterdir()] == ["a.furong"], "a draft is left"


def test_a_full_disk_is_said_and_leaves_nothing(app, cast):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    boxes.need_programs()
    words = (backups.disk.BACKUP_FULL, backups.disk.BACKUP_STOPPED)
    with (
        pytest.raises(backups.NoRoom, match="磁盘满了"),
        backups.disk.in_words(*words),
        Path("/dev/full").open("wb", 0) as out,
    ):
        backups.making._write(out, boxes.settings_of(app))
    assert not list(boxes.settings_of(app).folder.glob(f"{archive.DRAFT}*"))


def test_what_a_crash_left_is_swept_after_a_day(app, cast, tmp_path):
    folder = boxes.settings_of(app).folder
    old, young = folder / f"{archive.DRAFT}old", folder / f"{archive.DRAFT}young"
    for left in (old, young):
        left.write_text("half")
    os.utime(old, (0, 0))
    boxes.make(app, tmp_path / "a.furong")
    assert (old.exists(), young.exists()) == (False, True)
    young.unlink()
