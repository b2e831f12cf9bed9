"""The half-year in sentences: each a template, each number exact beside its phrase."""

from app.domain.summaries.model import SummarySentence

__all__ = ["SummarySentence"]
