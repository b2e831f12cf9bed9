"""Importing 20,000 people: plan + apply against bare reading + bare inserts, in one process.

Bare reading is the same bytes through calamine and nothing else; bare inserts are the same rows of
person, membership and post in one transaction on the same engine. The ratio is to stay at 5 or less.
`FURONG_TEST_DATABASE_URL` measures PostgreSQL (an empty database).
"""

import io
import os
import random
import sys
import tempfile
import threading
from contextlib import contextmanager
from time import perf_counter, sleep

import openpyxl
import python_calamine
from sqlalchemy import insert, select, text

from app import create_app, schema
from app.config import Settings
from app.db import db, transaction
from app.domain import audit, orgs, rosters, undoing
from app.domain.members import Membership, Person, Post
from app.domain.sheets import read_sheet

ROWS, BRANCHES, MOST = 20_000, 800, 5.0
HEAD = ["序号", "姓名", "性别", "民族", "身份证号", "出生年月", "政治面貌", "学历", "入团年月", "手机号码",
        "发展团员编号", "现任团内职务", "所在团支部"]  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美婷雪琳晶莹鑫波宁浩凯健俊帆帅旭宇晨轩梓涵"
)


def workbook() -> bytes:
    """A roster as it comes: 13 columns, most of which are dropped."""
    rng = random.Random(7)
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("团员信息")
    page.append(HEAD)
    for i in range(ROWS):
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2))
        page.append([
            i + 1, name, "女", "汉族", f"4301020000{i:08d}", f"{rng.randint(1998, 2008)}.{rng.randint(1, 12):02d}",
            "共青团员", "本科", "2019.05", f"139{i:08d}", f"201943{i:06d}", "书记" if i % 25 == 0 else "",
            f"第{i % BRANCHES}社区团支部",
        ])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def timed(what, work):
    """Run the work, print its seconds, return them."""
    start = perf_counter()
    answer = work()
    seconds = perf_counter() - start
    print(f"{what:<28}{seconds:7.2f} s")
    return seconds, answer


def bare_read(content):
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def bare_inserts(tables):
    """Put the rows back as they are: what the database alone costs."""
    with transaction() as session:
        for table, rows in tables:
            session.execute(insert(table), rows)


def take_back():
    """Take the import back, and the people out, so that the same rows are new again."""
    file = db.session.scalars(select(rosters.RosterFile)).one()
    timed("preview of taking it back", lambda: undoing.preview(file))
    timed("taking it back", lambda: undoing.undo_import(file, by=audit.SYSTEM))
    emptied()


def apply_again(root, sheet):
    timed("apply while others write", lambda: rosters.apply_rows(
        sheet.kind, sheet.rows, scope=root, by=audit.SYSTEM, filename="bench.xlsx"
    ))  # fmt: skip


def emptied():
    """Take the imported rows out, and return them."""
    tables = [(model.__table__, []) for model in (Person, Membership, Post)]
    with transaction() as session:
        for table, rows in tables:
            rows += [dict(row._mapping) for row in session.execute(select(table))]
        for table, _rows in reversed(tables):
            session.execute(table.delete())
    return tables


@contextmanager
def another_writer(app):
    """Somebody who checks in all the while; yields the list of how long each write took."""
    took, over = [], threading.Event()

    def write():
        with app.app_context():
            while not over.is_set():
                start = perf_counter()
                with transaction() as session:
                    session.execute(text("UPDATE staff SET name = name WHERE id = 0"))
                took.append(perf_counter() - start)
                sleep(0.005)
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


def measure(app) -> float:
    """Print the figures and return the ratio."""
    root = orgs.root_or_none()
    content = workbook()
    read_bare, _ = timed("bare reading", lambda: bare_read(content))
    read, sheet = timed("reading and checking", lambda: read_sheet(content))
    plan, found = timed("plan", lambda: rosters.plan_people(sheet.rows, scope=root))
    assert found.figures["new"] == ROWS, found.figures
    apply, _ = timed("apply (plans again)", lambda: rosters.apply_rows(
        sheet.kind, sheet.rows, scope=root, by=audit.SYSTEM, filename="bench.xlsx"
    ))  # fmt: skip
    take_back()
    with another_writer(app) as took:
        apply_again(root, sheet)
    print(f"{'longest wait of a check-in':<28}{max(took):7.2f} s")
    timed("the same file again", lambda: rosters.plan_people(sheet.rows, scope=root))
    tables = emptied()
    write_bare, _ = timed("bare inserts", lambda: bare_inserts(tables))
    return (read + plan + apply) / (read_bare + write_bare)


def main():
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("FURONG_TEST_DATABASE_URL", "")
        env = {"FURONG_INSTANCE_DIR": folder, "FURONG_DATABASE_URL": url}
        app = create_app(Settings.read(env))
        with app.app_context():
            schema.migrate()
            if url:
                with transaction() as session:
                    names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
                    session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            with transaction():
                root = orgs.add_org("共青团芙蓉区委员会", kind="district", by=audit.SYSTEM)
                for n in range(BRANCHES):
                    orgs.add_org(f"第{n}社区团支部", parent=root, by=audit.SYSTEM)
            ratio = measure(app)
            db.session.remove()
            db.engine.dispose()
    print(f"ratio {ratio:.2f} for {ROWS:,} rows (at most {MOST})")
    return ratio > MOST


if __name__ == "__main__":
    sys.exit(main())
