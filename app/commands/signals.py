"""furong signals sweep."""

import click

from app.commands.base import in_app, org_of
from app.domain import events
from app.domain import signals as signs
from app.domain.audit import SYSTEM


@click.group()
def signals():
    """像代签的迹象：只列出来给人看，不拒绝、不改人次。"""


@signals.command()
@click.option("--event", "code", default="", help="只查这个活动（活动码），查过的也再查。")
@in_app
def sweep(code):
    """把还没查过的场次查一遍，找出要核对的签到。"""
    if code:
        sittings = events.find_event(code).occurrences
        found = sum(signs.sweep(sitting, by=SYSTEM) for sitting in sittings)
        looked = signs.Looked(len(sittings), found, 0)
    else:
        looked = signs.sweep_all(org_of(""), by=SYSTEM, days=None, most=None)
    click.echo(f"查了 {looked.sittings} 场，新找出 {looked.found} 条要核对的。")
