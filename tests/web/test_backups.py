"""The page of backups: how long ago, one to take away, and for the district alone."""

import shutil
from types import SimpleNamespace

import pytest

from app.db import is_sqlite
from app.domain import backups
from tests import boxes
from tests.doors import token_of


@pytest.fixture
def zhao(cast, sign_in):
    return sign_in(cast.zhao)


def download(browser):
    boxes.need_programs()
    return browser.post("/backups", data={"csrf_token": token_of(browser.get("/backups"))})


def test_the_page_begins_with_the_first_backup(zhao):
    page = zhao.get("/backups").text
    assert 'href="/backups"' in zhao.get("/account").text
    for words in ("还没有备份过", "secret.key", "pii.key", "furong restore"):
        assert words in page
    assert "notice look" in page


def test_a_download_is_a_backup_that_can_be_restored(app, cast, zhao, tmp_path):
    boxes.rename_root("下载时的名字")
    reply = download(zhao)
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].startswith("attachment; filename=furong-")
    assert reply.headers["Cache-Control"] == "no-store"
    assert int(reply.headers["Content-Length"]) == len(reply.data)
    box = tmp_path / "a.furong"
    box.write_bytes(reply.data)
    boxes.rename_root("后来的名字")
    with boxes.no_schemas_left():
        boxes.put_back(app, box)
        assert boxes.root_name() == "下载时的名字"


def test_it_is_audited_and_listed_with_who_when_and_how(cast, zhao):
    download(zhao)
    page = zhao.get("/backups").text
    assert "今天备份过" in page
    assert "赵书记&nbsp;· 下载" in page
    assert "notice look" not in page
    trail = zhao.get("/audit?act=backup_made").text
    assert "做备份" in trail
    assert "下载" in trail
    assert " KB" in trail


def test_a_restore_reads_as_a_sentence_in_the_trail(app, cast, sign_in, tmp_path):
    with boxes.no_schemas_left():
        zhao = cast.zhao.id
        boxes.put_back(app, boxes.make(app, tmp_path / "a.furong"))
        browser = sign_in(boxes.db.session.get(type(cast.zhao), zhao))
        page = browser.get("/audit?act=backup_restored").text
    assert "用备份恢复" in page
    assert "made_at" not in page


def test_a_week_later_it_asks_calmly(cast, zhao, stopped, sign_in):
    download(zhao)
    stopped.forward(days=6)
    page = sign_in(cast.zhao).get("/backups").text
    assert "上次备份 6 天前" in page
    assert "notice look" not in page
    stopped.forward(days=1)
    page = sign_in(cast.zhao).get("/backups").text
    assert "上次备份 7 天前" in page
    assert "notice look" in page


def test_the_first_page_asks_the_district_for_a_backup_once_a_week(cast, stopped, sign_in):
    assert "还没有备份过" in sign_in(cast.zhao).get("/").text
    assert "/backups" not in sign_in(cast.street_manager).get("/").text
    download(sign_in(cast.zhao))
    stopped.forward(days=6)
    assert "该备份了" not in sign_in(cast.zhao).get("/").text
    stopped.forward(days=1)
    page = sign_in(cast.zhao).get("/").text
    assert "上次备份 7 天前" in page
    assert "该备份了" in page


def test_a_backup_that_cannot_be_made_is_said_on_the_page_and_not_counted(zhao, monkeypatch):
    if is_sqlite():
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    else:
        monkeypatch.setenv("PATH", "")  # no pg_dump
    reply = zhao.post("/backups", data={"csrf_token": token_of(zhao.get("/backups"))})
    assert reply.status_code == (507 if is_sqlite() else 409)
    assert "这次没有做成备份。" in reply.text
    assert ("只剩 0 MB" if is_sqlite() else "没有找到 pg_dump") in reply.text
    assert "notice look" not in reply.text, "two notices at once"
    assert backups.recent() == []


@pytest.mark.parametrize("who", ["wang_staff", "street_manager", "organizer", "auditor"])
def test_nobody_but_the_district_sees_or_takes_one(cast, sign_in, who):
    browser = sign_in(getattr(cast, who))
    token = token_of(browser.get("/account"))
    assert browser.get("/backups").status_code == 403
    assert browser.post("/backups", data={"csrf_token": token}).status_code == 403
    assert 'href="/backups"' not in browser.get("/account").text
    assert backups.recent() == []


def test_a_stranger_is_asked_to_sign_in_and_a_forged_post_gets_nothing(cast, zhao, phone):
    assert phone.get("/backups").status_code == 303
    assert zhao.post("/backups").status_code == 400
    assert backups.recent() == []
