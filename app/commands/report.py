"""furong report."""

import json
import sys

import click

from app import clock
from app.commands.base import in_app, org_of
from app.domain import counts, exports, periods


@click.command()
@click.option("--from", "from_on", required=True, help="第一天，如 2026-01-01")
@click.option("--to", "to_on", required=True, help="最后一天（含），如 2026-06-30")
@click.option("--org", "code", default="", help="组织编号；不写就是整棵树")
@click.option(
    "--format", "shape", type=click.Choice(["table", "csv", "xlsx", "json"]), default="table"
)
@click.option("--output", type=click.File("wb", lazy=True), help="写到文件（xlsx 在终端里必须写）")
@in_app
def report(from_on, to_on, code, shape, output):
    """一段时间的参与统计：每个组织一行，含下级。"""
    period, scope = periods.parse_period(from_on, to_on), org_of(code)
    if shape == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("Excel 文件不能显示在终端里，请加 --output 文件名。")
    rows = counts.counts(period, scope)
    out = output or sys.stdout.buffer
    for part in WRITERS[shape](rows, period, scope):
        out.write(part)


def _table(rows, _period, _scope):
    head = [words for _name, words in counts.COLUMNS]
    yield ("\t".join([*head, "单位"]) + "\n").encode()
    for row in rows:
        cells = [str(cell) for cell in counts.cells(row)]
        yield ("\t".join([*cells, "  " * row.depth + row.name]) + "\n").encode()


def _csv(rows, _period, _scope):
    yield from exports.csv_lines(counts.csv_rows(rows))


def _json(rows, _period, _scope):
    yield (json.dumps(counts.as_values(rows), ensure_ascii=False, indent=1) + "\n").encode()


def _xlsx(rows, period, scope):
    words, facts = period.words
    paper = counts.paper(rows)
    yield exports.workbook(
        f"{scope.full_name}{words % facts}活动参与情况汇总表",
        under=[f"填报单位：{scope.full_name}　填报日期：{clock.today()}"],
        head=paper.head, rows=paper.rows[1:] or paper.rows, totals=paper.total, widths=counts.WIDTHS,
        foot=["填表人：　　　　　　审核人：　　　　　　联系电话：　　　　　　（盖章）"], sheet="汇总表",
    )  # fmt: skip


WRITERS = {"table": _table, "csv": _csv, "json": _json, "xlsx": _xlsx}
