"""The committee's half-year of 2019, built from its ledger: every figure of its report, read back from
the page, the CSV, the workbook, the JSON, the command and the prose."""

import csv
import io
import json
import re

import openpyxl
from click.testing import CliRunner

from app.cli import furong
from app.db import db
from app.domain import staff as accounts
from app.seeds import ledger
from tests.files import FILES

FIGURES = json.loads((FILES / "h1_2019_figures.json").read_text("utf-8"))
ASKED = "from={}&to={}".format(*FIGURES["period"])
COLUMNS = ("hosted", "attendances", "headcount", "tally")
TOLD = ("场次", "人次_签到", "清点", "人次_填报")
# Breakdown → what its row is called → the figures' own name for it.
ROWS = {
    "programme": {"宣讲": "宣讲", "主题教育": "主题教育", "组织建设": "组织建设", "志愿服务": "赛事保障"},
    "campaign": {"赛事保障": "赛事保障"},
    "series": {"青年汇 第 2 季": "青年汇第二季"},
}  # fmt: skip
# A figure of the prose → (its number, its phrase as the report has it).
PHRASES = {
    "宣讲.场次": (FIGURES["宣讲"]["场次"], "10余场"),
    "宣讲.人次含填报": (FIGURES["宣讲"]["人次_签到"] + FIGURES["宣讲"]["人次_填报"], "1000余人次"),
    "赛事保障.人次": (FIGURES["赛事保障"]["人次_签到"], FIGURES["赛事保障"]["phrase"]),
    "志愿服务.志愿者人次": (FIGURES["赛事保障"]["人次_签到"], FIGURES["赛事保障"]["phrase"]),
    "青年汇第二季.场次": (FIGURES["青年汇第二季"]["场次"], "近20场"),
    "青年汇第二季.人次": (FIGURES["青年汇第二季"]["人次_签到"], "400余人次"),
    "服务.全部": (FIGURES["12355"]["次"], FIGURES["12355"]["phrase"]),
    "填报.篇": (FIGURES["公众号"]["篇"], FIGURES["公众号"]["phrase"]),
    "青年之家.新建": (FIGURES["青年之家新建"]["家"], FIGURES["青年之家新建"]["phrase"]),
    "荣誉.青年岗位能手": (FIGURES["荣誉"]["青年岗位能手"], "24名"),
    "荣誉.青年文明号": (FIGURES["荣誉"]["青年文明号"], "10家"),
    "荣誉.芙蓉青春追梦人": (FIGURES["荣誉"]["芙蓉青春追梦人"], "10名"),
}  # fmt: skip


def test_every_figure_of_the_half_year_is_the_same_in_every_place(
    app, empty_house, sign_in, monkeypatch
):
    ledger.load((FILES / "h1_2019_ledger.csv").read_bytes(), "h1_2019_ledger.csv")
    zhao = sign_in(next(one for one in accounts.all_staff() if one.username == "zhao"))
    for by, rows in ROWS.items():
        wanted = {
            name: tuple(FIGURES[key].get(told, 0) for told in TOLD) for name, key in rows.items()
        }
        for read in (_of_page, _of_csv, _of_workbook, _of_json):
            found = read(zhao, f"{ASKED}&by={by}")
            assert {name: found[name] for name in wanted} == wanted, (by, read.__name__)
    _the_command_has_the_total(app, monkeypatch)
    _the_prose_has_every_phrase(zhao)


def _number(text):
    return 0 if text in ("–", "", None) else int(str(text).replace(",", ""))


def _of_page(browser, asked):
    page = browser.get(f"/reports?{asked}").text
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.S)[1]
    found = {}
    for line in re.findall(r"<tr.*?</tr>", body, re.S):
        name, *cells = [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S)
        ]
        found[name] = tuple(_number(cells[at]) for at in (0, 2, 5, 6))
    return found


def _of_csv(browser, asked):
    rows = csv.DictReader(
        io.StringIO(browser.get(f"/reports.csv?{asked}").data.decode("utf-8-sig"))
    )
    titles = ("主办场次", "人次", "清点", "手工数")
    return {list(row.values())[1]: tuple(_number(row[title]) for title in titles) for row in rows}


def _of_workbook(browser, asked):
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/reports.xlsx?{asked}").data))
    rows = [row for row in book.active.iter_rows(values_only=True) if isinstance(row[1], int)]
    return {row[0].strip(): (row[1], row[4], row[7], row[8]) for row in rows}


def _of_json(browser, asked):
    rows = browser.get(f"/reports.json?{asked}").json
    return {
        f"{row['name']} 第 {row['season']} 季" if row["season"] else row["name"]: tuple(
            row[column] for column in COLUMNS
        )
        for row in rows
    }


def _the_command_has_the_total(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)
    first, last = FIGURES["period"]
    words = ["report", "--from", first, "--to", last, "--format", "json"]
    done = CliRunner().invoke(furong, words)
    db.session.rollback()
    root = json.loads(done.stdout)[0]
    kinds = ("宣讲", "主题教育", "组织建设", "赛事保障", "青年汇第二季")
    assert tuple(root[column] for column in COLUMNS) == tuple(
        sum(FIGURES[kind].get(told, 0) for kind in kinds) for told in TOLD
    )
    assert root["unrecorded"] == 0


def _the_prose_has_every_phrase(zhao):
    told = zhao.get(f"/reports/summary.json?{ASKED}").json
    found = {name: (one["number"], one["zh"]) for name, one in told["figures"].items()}
    assert {name: found.get(name) for name in PHRASES} == PHRASES
    prose = "".join(line["text"] for line in told["prose"]["zh"])
    page = re.sub(r"<[^>]+>", "", zhao.get(f"/reports/summary?{ASKED}").text)
    for phrase in {phrase for _number, phrase in PHRASES.values()}:
        assert phrase in prose, phrase
        assert phrase in page, phrase
    for sentence in ("宣讲活动10余场，累计覆盖青年达1000余人次", "近20场，服务青年400余人次"):
        assert sentence in prose
