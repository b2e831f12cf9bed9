"""The figures of a summary as plain values, for a report that is signed, and back again."""

from dataclasses import asdict, fields

from app.domain.counts import KeyCounts
from app.domain.programmes import all_series, programmes
from app.domain.summaries.figures import Figure, Figures

COUNTED = {field.name for field in fields(KeyCounts)}


def as_kept(figures: Figures) -> dict:
    """All that is not nothing, with what the built-in sentences follow."""
    return {
        "figures": {
            name: asdict(one) for name, one in figures.by_name.items() if one.number or one.people
        },
        "seasons": [one.code for one in figures.seasons],
        "titles": [list(pair) for pair in figures.titles],
        "kinds": list(figures.kinds),
        "programmes": [one.code for one in figures.programmes],
        "rows": [asdict(row) for row in figures.rows],
    }


def as_signed(kept: dict, now: Figures) -> Figures:
    """The figures as they were kept. What may be named today and was nothing then is nothing."""
    nothing = {
        name: Figure(name, 0, one.unit, one.words, one.rows, is_exact=one.is_exact)
        for name, one in now.by_name.items()
    }
    found = {name: kept_figure(told) for name, told in kept["figures"].items()}
    return Figures(
        now.period, now.org, nothing | found,
        tuple(one for one in all_series() if one.code in kept["seasons"]),
        tuple((place, title) for place, title in kept["titles"]), tuple(kept["kinds"]),
        tuple(one for one in programmes() if one.code in kept["programmes"]),
        tuple(key_counts_of(row) for row in kept["rows"]),
    )  # fmt: skip


def key_counts_of(told: dict) -> KeyCounts:
    """A kept row of a breakdown."""
    return KeyCounts(**{name: value for name, value in told.items() if name in COUNTED})


def moved(signed: Figures, now: Figures) -> dict[str, Figure | None]:
    """Name → the figure of today where it is another than the signed one; None: it is nothing."""
    return {
        name: now.by_name.get(name)
        for name, one in signed.by_name.items()
        if _told(one) != _told(now.by_name.get(name))
    }


def _told(figure):
    return (figure.number, figure.people, figure.is_least) if figure else (0, 0, False)


def kept_figure(told: dict) -> Figure:
    """A kept figure."""
    parts = tuple((words, number, tuple(rows)) for words, number, rows in told["parts"])
    return Figure(**told | {"rows": tuple(told["rows"]), "parts": parts})
