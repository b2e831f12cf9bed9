"""furong serve: the web server, with the set-up link of a fresh database."""

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app import schema
from app.commands.network import EVERYWHERE, addresses_of_all, own_address, web_host
from app.config import PREFIX, SettingsError
from app.domain import reach
from app.domain import staff as accounts


def refuse_taken(host: str, port: int) -> None:
    """Raise SettingsError when somebody listens there: the server itself would join in silently."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise SettingsError(
                f"{host} 的 {port} 端口用不了：可能已经有程序在用。换一个：--port 8001。"
            ) from None


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.pass_context
def serve(ctx, host, port, workers):
    """启动网站。"""
    app = ctx.obj["make_app"]()
    settings = app.extensions["settings"]
    everywhere = addresses_of_all() if host in EVERYWHERE else []
    own = f"http://{web_host(own_address() if host in EVERYWHERE else host)}:{port}"
    shown = (settings.public_url or own).rstrip("/")
    refuse_taken(host, port)
    with app.app_context():
        schema.migrate()
        link = accounts.setup_token()
        reach.note_address(shown)
    for words in lines_of(shown, [f"http://{web_host(one)}:{port}" for one in everywhere], link):
        click.echo(words)
    os.environ[PREFIX + "INSTANCE_DIR"] = str(settings.folder.resolve())
    os.environ[PREFIX + "SERVED_AT"] = own
    os.environ[PREFIX + "TRUSTED_HOSTS"] = ",".join(
        filter(None, [settings.trusted_hosts, *everywhere])
    )
    Granian(
        "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=8, backpressure=256, backlog=2048, log_access=False, websockets=False,
        log_level=LogLevels.error,  # its start-up chatter alarms; what we print is what matters
    ).serve()  # fmt: skip


def lines_of(shown: str, everywhere: list[str], link: str | None) -> list[str]:
    """What the start prints: the address codes say, each address of the network, the set-up link."""
    told = [f"芙蓉签到：{shown}/"]
    told += [f"同一网络的手机打开：{address}/" for address in everywhere]
    if link:
        told.append(f"第一次使用，打开这个链接完成设置（只能用一次）：{shown}/setup?token={link}")
    return told
