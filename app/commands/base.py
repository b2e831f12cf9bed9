"""What every subcommand stands on, and the small ones: migrate, settings."""

from dataclasses import fields
from functools import wraps

import click

from app import schema
from app.config import PREFIX, Settings
from app.domain import orgs
from app.errors import NotFound
from app.words import N_


def in_app(command):
    """Run the command inside the application, on a database brought up to date."""

    @wraps(command)
    @click.pass_context
    def inside(ctx, *args, **kwargs):
        app = ctx.obj["make_app"]()
        with app.app_context():
            schema.migrate()
            return command(*args, **kwargs)

    return inside


def org_of(code: str):
    """The org of a code typed at a prompt; no code means the root. Raises NotFound, which says what
    to type instead."""
    found = orgs.org_or_none(code) if code else orgs.root_or_none()
    if found is None and not code:
        raise NotFound("还没有组织。先用 furong roster apply 导入组织表，或打开设置链接。")
    if found is None:
        raise NotFound(N_("没有编号是“%(code)s”的组织。用 furong org list 看编号。"), code=code)
    return found


@click.command()
@click.pass_context
def migrate(ctx):
    """把数据库升级到最新结构。"""
    with ctx.obj["make_app"]().app_context():
        schema.migrate()
    click.echo("数据库已是最新结构。")


@click.command()
@click.option("--markdown", is_flag=True, help="输出 docs/settings.md 的内容。")
def settings(markdown):
    """列出全部设置、当前值和含义。"""
    if markdown:
        click.echo(settings_page(), nl=False)
        return
    now = Settings.read()
    for f in fields(Settings):
        value = getattr(now, f.name)
        shown = "（已设置）" if f.name.endswith("_key") and value else value
        click.echo(f"{PREFIX}{f.name.upper()}={shown}\n    {f.metadata['meaning']}")


def settings_page() -> str:
    """docs/settings.md, made from the declarations."""
    rows = [
        f"| `{PREFIX}{f.name.upper()}` | `{f.default!r}` | {f.metadata['meaning']} |"
        for f in fields(Settings)
    ]
    head = [
        "# 设置", "", "写在环境变量里，或写在 `instance/furong.env`（每行 `名称=值`，环境变量优先）。",
        "不认识的 `FURONG_` 名称会让启动停下来。这一页由 `furong settings --markdown` 生成。", "",
        "| 名称 | 默认 | 含义 |", "|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*head, *rows]) + "\n"
