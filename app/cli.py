"""furong: the command line. Exit 0, 2 for wrong use, 1 for a refusal in one plain line."""

import sys

import click
from sqlalchemy.exc import OperationalError

from app import commands, create_app
from app.config import Settings, SettingsError
from app.errors import Refusal


class PlainGroup(click.Group):
    """A group whose refusals are one line on stderr, never a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (Refusal, SettingsError) as refusal:
            words = refusal.plain() if isinstance(refusal, Refusal) else str(refusal)
            click.echo(words, err=True)
            ctx.exit(1)
        except OperationalError as error:
            click.echo(f"数据库打不开：{str(error.orig).splitlines()[0]}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.filename is None:  # a pipe that nobody reads any more: click knows what to do
                raise
            click.echo(f"打不开 {error.filename}：{error.strerror}", err=True)
            ctx.exit(1)


@click.group(cls=PlainGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def furong(ctx):
    """芙蓉签到：团委活动签到与统计。"""
    ctx.ensure_object(dict)
    ctx.obj["make_app"] = lambda: create_app(Settings.read())


for command in commands.ALL:
    furong.add_command(command)


def main():
    """Entry point of the console script."""
    sys.exit(furong())
