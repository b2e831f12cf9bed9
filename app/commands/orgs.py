"""furong org list."""

import json

import click

from app.commands.base import in_app
from app.domain import orgs


@click.group()
def org():
    """组织树。"""


@org.command("list")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@in_app
def list_orgs(shape):
    """列出全部组织：编号、全称、上级编号、类别。"""
    every = orgs.all_orgs()
    codes = {o.id: o.code for o in every}
    rows = [
        {"code": o.code, "name": o.full_name, "parent": codes.get(o.parent_id), "kind": o.kind}
        for o in every
    ]
    if shape == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for o, row in zip(every, rows, strict=True):
        click.echo(f"{row['code']}  {'  ' * o.depth}{row['name']}  {orgs.KINDS[o.kind]}")
