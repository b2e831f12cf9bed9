"""furong serve: the web server, with the set-up link of a fresh database."""

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app import schema
from app.config import PREFIX, SettingsError
from app.domain import staff as accounts


def own_address() -> str:
    """The address by which the local network reaches this machine: what the codes must say when it
    listens to all. 127.0.0.1 without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 1))  # RFC 5737: nobody lives there, no packet leaves
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


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
    shown = settings.public_url or f"http://{own_address() if host == '0.0.0.0' else host}:{port}"
    refuse_taken(host, port)
    with app.app_context():
        schema.migrate()
        link = accounts.setup_token()
    click.echo(f"芙蓉签到：{shown.rstrip('/')}/")
    if link:
        click.echo(
            f"第一次使用，打开这个链接完成设置（只能用一次）：{shown.rstrip('/')}/setup?token={link}"
        )
    os.environ[PREFIX + "INSTANCE_DIR"] = str(settings.folder.resolve())
    os.environ[PREFIX + "SERVED_AT"] = shown
    Granian(
        "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=8, backpressure=256, backlog=2048, log_access=False, websockets=False,
        log_level=LogLevels.error,  # its start-up chatter alarms; what we print is what matters
    ).serve()  # fmt: skip
