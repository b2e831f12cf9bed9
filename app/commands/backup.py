"""furong backup [FILE] | restore FILE."""

import os
import pwd
import sys
from datetime import datetime
from pathlib import Path

import click

from app import schema
from app.clock import local
from app.config import Settings
from app.domain import audit, backups
from app.errors import Refusal
from app.words import N_

WORD = "replace"  # what is typed to agree


class NotEmpty(Refusal):
    """There is something here that would be replaced."""

    code, status = "not_empty", 409
    words = N_("这里已经有数据，没有动它。确定要换成备份里的，加 --replace 再来一次。")


class NotTheOwner(Refusal):
    """Root would leave files behind that the website cannot open."""

    code, status = "not_the_owner", 409
    words = N_("数据文件夹归 %(name)s 用户。用它来执行：sudo -u %(name)s …")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="FILE 已经在那里：覆盖它。")
@click.pass_context
def backup(ctx, file, replace):
    """把全部数据备份成一个文件（网站不用停）。不写 FILE 就存到备份文件夹，用日期命名。

    密钥不在备份里：secret.key 和 pii.key 要另外保存。
    """
    _refuse_root(Settings.read())
    app = ctx.obj["make_app"]()
    settings = app.extensions["settings"]
    path = file or Path(settings.backup_dir or settings.folder / "backups")
    if file is None or path.is_dir():
        path = path / backups.new_name()
    _say("正在备份……")
    with app.app_context():
        size = backups.back_up_into(
            path, settings=settings, by=audit.SYSTEM, replace=replace, note=schema.is_current()
        )
    click.echo(f"已备份到 {path}（{size / 2**20:.1f} MB）。")
    click.echo("恢复时要用现在这两把密钥，它们不在备份里，请另外保存：secret.key、pii.key。")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="这里已经有数据：留在一边，换成备份里的。")
@click.option(
    "--keys-lost", is_flag=True, help="原来的密钥找不回来了：照样恢复，存着的手机号就没有了。"
)
@click.pass_context
def restore(ctx, file, replace, keys_lost):
    """用备份 FILE 恢复全部数据：全部恢复，或什么都不改。先停下网站。"""
    _say("正在核对备份……")
    manifest = backups.read_manifest(file)
    settings = Settings.read()
    _refuse_root(settings)
    backups.refuse_unfit(
        manifest, settings=settings, revisions=schema.revisions(), keys_lost=keys_lost
    )
    with ctx.obj["make_app"]().app_context():
        replaces = backups.holds_anything()
        if replaces:
            _agree(replace, manifest)
        _say("正在恢复……")
        aside = backups.restore(
            file, manifest, settings=settings, migrate=schema.bring_up, keep=replaces,
            keys_lost=keys_lost,
        )  # fmt: skip
    click.echo(f"已恢复 {_when(manifest)} 的备份，共 {sum(manifest.rows.values())} 行。")
    click.echo(
        "所有账号要重新登录，没用过的开通链接要重发；备份之后停用的账号、改过的密码回到当时。"
    )
    if aside:
        click.echo(f"原来的数据没有删，在 {aside}，确认没问题后再删。")


def _refuse_root(settings):
    owner = settings.folder.stat().st_uid if settings.folder.is_dir() else 0
    if os.geteuid() == 0 and owner != 0:
        names = [known.pw_name for known in pwd.getpwall() if known.pw_uid == owner]
        raise NotTheOwner(name=(names or [f"#{owner}"])[0])


def _agree(replace, manifest):
    """--replace, and on a terminal the word typed too. Raises NotEmpty."""
    if not replace:
        raise NotEmpty
    if sys.stdin.isatty():
        click.echo(f"这里的数据会换成 {_when(manifest)} 的备份，原来的留在一边。", err=True)
        if click.prompt(f"要继续，输入 {WORD}", default="", show_default=False) != WORD:
            raise NotEmpty(N_("没有恢复，什么都没有改动。"))


def _when(manifest):
    return f"{local(datetime.fromisoformat(manifest.made_at)):%Y-%m-%d %H:%M}"


def _say(words):
    """Progress, for somebody who watches."""
    if sys.stderr.isatty():
        click.echo(words, err=True)
