"""The half-year in sentences: each a template, each number exact beside its phrase."""

from app.domain.summaries.builtin import Builtin, builtins
from app.domain.summaries.editing import (
    LONGEST,
    add_sentence,
    check_words,
    leave_out_sentence,
    move_sentence,
    restore_sentence,
    write_sentence,
)
from app.domain.summaries.figures import WORDS, Figure, Figures, figures_of, season_name
from app.domain.summaries.keeping import as_kept, as_signed, kept_figure, key_counts_of, moved
from app.domain.summaries.model import SummarySentence
from app.domain.summaries.phrases import phrase, plain, rounded
from app.domain.summaries.prose import Summary, Told, export_figures, summary, summary_of
from app.domain.summaries.rows import Behind, rows_behind
from app.domain.summaries.sentences import (
    DEFAULT,
    LANGUAGES,
    Sentence,
    Wording,
    find_sentence,
    sentences_of,
    wordings_of,
)
from app.domain.summaries.templates import Filled, Piece, fill, places_in

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "LONGEST",
    "WORDS",
    "Behind",
    "Builtin",
    "Figure",
    "Figures",
    "Filled",
    "Piece",
    "Sentence",
    "Summary",
    "SummarySentence",
    "Told",
    "Wording",
    "add_sentence",
    "as_kept",
    "as_signed",
    "builtins",
    "check_words",
    "export_figures",
    "figures_of",
    "fill",
    "find_sentence",
    "kept_figure",
    "key_counts_of",
    "leave_out_sentence",
    "move_sentence",
    "moved",
    "phrase",
    "places_in",
    "plain",
    "restore_sentence",
    "rounded",
    "rows_behind",
    "season_name",
    "sentences_of",
    "summary",
    "summary_of",
    "wordings_of",
    "write_sentence",
]  # fmt: skip
