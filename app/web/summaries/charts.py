"""The two charts of a summary as shapes for a template: where each bar stands and how long it is."""

from dataclasses import dataclass

WIDTH, LABELS = 360, 96  # of a chart; of the words beside its bars
TALL, BASE, TOP = 190, 160, 24  # a chart of columns: all of it, its ground line, room for numbers
ROW, BAR = 30, 16
MOST_NUMBERED = 12  # columns with their numbers above
MOST_ROWS, MOST_COLUMNS = 16, 60


@dataclass(frozen=True)
class Shape:
    """A bar or column with its words. second: the part of another kind at its end."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    second: float = 0
    is_labelled: bool = True


@dataclass(frozen=True)
class Chart:
    """Shapes and the size of the picture."""

    shapes: tuple[Shape, ...]
    width: int
    height: int


def columns(rows) -> Chart:
    """Columns of (label, number, another number on top), from left to right; more than a page shows
    are not drawn."""
    if len(rows) > MOST_COLUMNS or not any(first + second for _label, first, second in rows):
        return Chart((), WIDTH, 0)
    most = max((first + second for _label, first, second in rows), default=1)
    step = WIDTH / max(len(rows), 1)
    wide, room, every = min(step * 0.62, 40), BASE - TOP, -(-len(rows) // MOST_NUMBERED)
    shapes = []
    for at, (label, first, second) in enumerate(rows):
        low, high = room * first / most, room * second / most
        words = f"{first + second:,}" if len(rows) <= MOST_NUMBERED and first + second else ""
        shapes.append(
            Shape(
                label, words, round(step * at + (step - wide) / 2, 1), round(BASE - low, 1),
                round(wide, 1), round(low, 1), round(high, 1), at % every == 0,
            )
        )  # fmt: skip
    return Chart(tuple(shapes), WIDTH, TALL)


def bars(rows) -> Chart:
    """Bars of (label, number), the longest first."""
    rows = sorted(rows, key=lambda row: -row[1])[:MOST_ROWS]
    most, room = max((number for _label, number in rows), default=0) or 1, WIDTH - LABELS - 44
    shapes = tuple(
        Shape(
            label if len(label) <= 7 else label[:6] + "…", f"{number:,}", LABELS, ROW * at + 7,
            round(room * number / most, 1), BAR,
        )
        for at, (label, number) in enumerate(rows)
    )  # fmt: skip
    return Chart(shapes, WIDTH, ROW * len(rows) + 4)
