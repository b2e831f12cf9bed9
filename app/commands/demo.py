"""furong demo."""

import sys
from pathlib import Path

import click
from flask import current_app

from app import seeds
from app.commands.base import in_app
from app.seeds import ledger as ledgers

LABELS = {
    "orgs": "组织", "people": "人", "members": "在册", "events": "活动", "occurrences": "场次",
    "check_ins": "签到", "open_reviews": "待核对", "leaves": "请假",
}  # fmt: skip
# How phones get here; who made the choice before keeps it.
WAYS = {
    "trial": "手机怎样打开：仅本机试用。二维码写的是 {address}，只有这台电脑打得开，海报会印上“试用”；"
    "要用手机扫，到 {address}/setup/reach 改。",
    "": "手机怎样打开：二维码写的是 {address}。",
}  # fmt: skip


@click.command()
@click.option(
    "--scale", type=click.IntRange(1, 100), default=1, show_default=True, help="人和活动的倍数"
)
@click.option(
    "--ledger", type=click.Path(path_type=Path), help="照一份台账（CSV）装入真实的半年，人是虚构的"
)
@in_app
def demo(scale, ledger):
    """装入一个虚构的团区委，让每一页都有内容；可以重复执行。"""
    if sys.stderr.isatty():
        click.echo("正在编人、编活动、编签到……", err=True)
    made = ledgers.load(ledger.read_bytes(), ledger.name) if ledger else seeds.load(scale)
    settings = seeds.choose_trial(current_app.extensions["settings"])
    click.echo("演示数据已装入：" if made else "演示数据早已装入，这次没有改动：")
    found = seeds.figures()
    click.echo(" · ".join(f"{words} {getattr(found, name):,}" for name, words in LABELS.items()))
    click.echo("登录名（密码都是 " + seeds.PASSWORD + "）：")
    for username, name, role, org in seeds.sign_ins():
        click.echo(f"  {username:<10}{name}  {role}  {org}")
    click.echo(WAYS.get(settings.reach, WAYS[""]).format(address=settings.base_url))
    if not made:
        click.echo("“正在进行”的活动按装入那天算；要重新装，先删掉数据库文件。")
