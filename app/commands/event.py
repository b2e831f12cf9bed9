"""furong event add."""

import click

from app.commands.base import in_app, org_of
from app.db import transaction
from app.domain import audit, events, programmes

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


@click.group()
def event():
    """活动。"""


@event.command("add")
@click.option("--title", required=True, help="活动名称，最多 80 个字")
@click.option("--host", required=True, help="主办组织的编号（furong org list）")
@click.option("--starts", type=MOMENT, required=True, help="本地时间，如 2026-11-22T19:00")
@click.option("--ends", type=MOMENT, required=True, help="本地时间，如 2026-11-22T20:30")
@click.option("--invite", multiple=True, help="受邀组织的编号，可以写几次；不写就是主办的整棵子树")
@click.option("--programme", "names", multiple=True, help="活动类型的名称，可以写几次")
@click.option("--place", default="", help="地点")
@in_app
def add(title, host, starts, ends, invite, names, place):
    """新建并发布一个活动，只输出活动码。"""
    starts_at, ends_at = events.hours(starts.date(), starts.time(), ends.time(), ends.date())
    with transaction():
        made = events.make_event(
            title, host=org_of(host), starts_at=starts_at, ends_at=ends_at, by=None,
            actor=audit.SYSTEM, place=place,
            invited=[(org_of(code), "persons") for code in invite] or None,
            programmes=[programmes.programme_named(name) for name in dict.fromkeys(names)],
        )  # fmt: skip
    click.echo(made.code)
