"""Workbooks as a superior sends them, for tests of 套表."""

import io

from openpyxl import Workbook


def a_form(*marks, **cells) -> bytes:
    """An .xlsx with a mark in each cell of column B, and more cells by their places."""
    book = Workbook()
    sheet = book.active
    sheet.title = "上报表"
    for row, mark in enumerate(marks, 2):
        sheet[f"B{row}"] = mark
    for place, value in cells.items():
        sheet[place] = value
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
