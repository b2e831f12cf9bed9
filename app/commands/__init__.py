"""The subcommands of furong, one file a room."""

from app.commands.backup import backup, restore
from app.commands.base import migrate, settings
from app.commands.demo import demo
from app.commands.event import event
from app.commands.keys import keys
from app.commands.orgs import org
from app.commands.report import report
from app.commands.roster import roster
from app.commands.serve import serve
from app.commands.signals import signals
from app.commands.staff import staff

ALL = (
    serve, migrate, settings, keys, event, org, roster, report, staff, signals, backup, restore, demo,
)  # fmt: skip
