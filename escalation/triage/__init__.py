"""Urgency triage of every message and every answer, by rules that a screener can read and argue with.

Owns what counts as danger now; leaves to others what is done about it. A language is one file in ``lexicon/``.
"""

from .answers import read_answers
from .assessment import Assessment, RaisedFlag, level_of
from .combined import preload, read_text
from .lexicons import LexiconError, languages, load_lexicon

__all__ = [
    "Assessment",
    "LexiconError",
    "RaisedFlag",
    "languages",
    "level_of",
    "load_lexicon",
    "preload",
    "read_answers",
    "read_text",
]
