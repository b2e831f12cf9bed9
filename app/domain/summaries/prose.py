"""The summary of a period: its sentences filled with its figures."""

from collections.abc import Callable
from dataclasses import dataclass

from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.summaries.builtin import Builtin, builtins
from app.domain.summaries.figures import Figure, Figures, figures_of
from app.domain.summaries.sentences import Sentence, sentences_of
from app.domain.summaries.templates import Filled, fill
from app.errors import Invalid


@dataclass(frozen=True)
class Told:
    """A sentence and what it says in this period."""

    sentence: Sentence
    filled: Filled

    @property
    def is_said(self) -> bool:
        return bool(self.filled.pieces)


@dataclass(frozen=True)
class Summary:
    """The prose of a period in one language, over figures that both languages share."""

    language: str
    every: tuple[Told, ...]
    figures: Figures
    builtins: list[Builtin]

    @property
    def said(self) -> list[Told]:
        """The sentences that are printed."""
        return [one for one in self.every if one.is_said]

    @property
    def text(self) -> str:
        """The paragraphs, fit to paste."""
        return "\n".join(one.filled.text for one in self.said)

    @property
    def sources(self) -> list[Figure]:
        """The figures the prose names, in its order, each once."""
        names = [
            piece.place for one in self.said for piece in one.filled.pieces if piece.place
        ]  # fmt: skip
        return [self.figures.by_name[name] for name in dict.fromkeys(names)]


def summary(figures: Figures, language: str = "zh", say: Callable[[str], str] = str) -> Summary:
    """The prose of these figures; `say` translates the words of places into that language."""
    native, places = builtins(figures), figures.places(say)
    every = tuple(
        Told(one, _filled(one, places)) for one in sentences_of(figures.org, language, native)
    )
    return Summary(language, every, figures, native)


def summary_of(period: Period, org: Org, language: str = "zh", say=str) -> Summary:
    """The prose of a period and an org."""
    return summary(figures_of(period, org), language, say)


def export_figures(
    period: Period, org: Org, *, what: str, by: Actor, read: Callable = figures_of
) -> Figures:
    """read(period, org), with a line in the trail that somebody took them away as `what`."""
    with transaction():
        figures = read(period, org)
        audit.record(
            "exported", by=by, org_id=org.id, subject=f"org:{org.id}", rows=len(figures.by_name),
            what=f"{what} {period.from_on} – {period.to_on}",
        )  # fmt: skip
    return figures


def _filled(sentence, places):
    try:
        return fill(sentence.words, places, sentence.language)
    except Invalid:  # a name that holds a bracket
        return Filled((), unknown=(sentence.words,))
