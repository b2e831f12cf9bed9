"""furong roster plan | apply."""

import json
import sys
from datetime import date
from pathlib import Path

import click

from app.commands.base import in_app
from app.domain import audit, orgs, rosters
from app.domain.sheets import read_sheet

LABELS = {
    "new": "新增", "changed": "更正", "moved": "调动", "left": "离开", "ambiguous": "分不清",
    "unknown_branch": "支部不认识", "broken": "读不了", "unchanged": "没有变化",
    "under_14": "可能未满14周岁，没有导入",
}  # fmt: skip
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
COMPLETE = click.option("--complete", is_flag=True, help="这是完整名单：名单里没有的人离开")
AS_OF = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="从哪天起变动（YYYY-MM-DD），默认今天"
)


@click.group()
def roster():
    """团员名单和组织表：先看方案，再执行。"""


@roster.command("plan")
@FILE
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@COMPLETE
@AS_OF
@in_app
def plan_file(file, shape, complete, as_of):
    """FILE 会改动什么。只看，不写。"""
    sheet = _read(file)
    _say(f"正在对照名册，{len(sheet.rows)} 行……")
    plan = rosters.plan_rows(
        sheet.kind, sheet.rows, scope=orgs.root_or_none(), complete=complete, as_of=_day(as_of)
    )
    if shape == "json":
        click.echo(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
        return
    _print_figures(plan)
    for name in ("unknown_branch", "ambiguous", "broken"):
        for entry in getattr(plan, name):
            _print_entry(LABELS[name], entry)


@roster.command("apply")
@FILE
@COMPLETE
@AS_OF
@click.option("--leaving", type=click.IntRange(0), help="离开的人超过一成时，写上人数")
@in_app
def apply_file(file, complete, as_of, leaving):
    """执行 FILE：全部写入，或什么都不写。"""
    sheet = _read(file)
    _say(f"正在写入，{len(sheet.rows)} 行……")
    plan = rosters.apply_rows(
        sheet.kind, sheet.rows, scope=orgs.root_or_none(), by=audit.SYSTEM, filename=file.name,
        complete=complete, as_of=_day(as_of), leaving=leaving,
    )  # fmt: skip
    _print_figures(plan)


def _read(file):
    _say(f"正在读 {file.name}……")
    return read_sheet(file.read_bytes(), file.name)


def _day(moment) -> date | None:
    return moment.date() if moment else None


def _say(words):
    """Progress, for somebody who watches."""
    if sys.stderr.isatty():
        click.echo(words, err=True)


def _print_figures(plan):
    for name, count in plan.figures.items():
        if plan.kind == rosters.PEOPLE or name in (
            "new",
            "changed",
            "moved",
            "broken",
            "unchanged",
        ):
            click.echo(f"{LABELS[name]} {count}")


def _print_entry(label, entry):
    why = "；".join(reason.plain() for reason in entry.reasons)
    near = f"（相近：{'、'.join(entry.nearest)}）" if entry.nearest else ""
    click.echo(f"{label} 第 {entry.line} 行 {entry.name} {entry.branch}：{why}{near}")
