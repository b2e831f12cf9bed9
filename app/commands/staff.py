"""furong staff add | reset."""

import secrets
import sys

import click
from sqlalchemy import select

from app.commands.base import in_app, org_of
from app.db import db
from app.domain import audit
from app.domain import staff as accounts
from app.errors import NotFound
from app.words import N_


@click.group()
def staff():
    """账号。"""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(list(accounts.ROLES)), required=True)
@click.option("--org", "code", required=True, help="组织编号（furong org list）")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码；不给就生成一个并打印")
@in_app
def add(name, role, code, password_stdin):
    """新开账号 NAME，可立即登录。"""
    home, password = org_of(code), _read_password(password_stdin)
    made = accounts.add_staff(name, password, name=name, role=role, org=home, by=audit.SYSTEM)
    click.echo(f"已开通 {made.username}（{home.full_name}）。")
    if not password_stdin:
        click.echo(f"密码：{password}")


@staff.command("reset")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="从标准输入读新密码；不给就生成一个并打印")
@in_app
def reset(name, password_stdin):
    """给账号 NAME 换密码，所有已登录的设备都退出。"""
    found = db.session.scalar(
        select(accounts.Staff).where(accounts.Staff.username_key == name.strip().lower())
    )
    if found is None:
        raise NotFound(N_("没有叫“%(name)s”的账号。"), name=name)
    password = _read_password(password_stdin)
    link = accounts.reset_staff(found, by=None, days=1)
    accounts.accept_invitation(link.secret, username=found.username, password=password)
    click.echo(f"已给 {found.username} 换密码。")
    if not password_stdin:
        click.echo(f"密码：{password}")


def _read_password(from_stdin):
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return secrets.token_urlsafe(12)
