"""Urgency from words: which danger a message tells of, and whether it tells of it as happening now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .assessment import Assessment, RaisedFlag, assess
from .lexicons import Lexicon, languages, load_lexicon
from .scan import Match, Scan, Span
from .tokens import Sentence, sentences

ALWAYS_READ = ("nl", "en")
"""Read beside the message's own language: people far from home mix in Dutch and English words."""

IF_REACH_WORDS = 8
PAST_REACH_WORDS = 6
WEAK_PAST_REACH_WORDS = 6
_PRESENT_KINDS = frozenset({"ongoing", "threat"})
_CLUES = frozenset({"sign", "hint"})


@dataclass(frozen=True)
class _Story:
    """All sentences of a message as one lexicon reads them, with the cues that any of them holds."""

    scans: tuple[Scan, ...]
    cues: frozenset[str]

    def known_words(self) -> int:
        """Return how many words of the message this lexicon knows: a fair guess at the language."""
        return sum(scan.known_words for scan in self.scans)

    def times_near(self, place: int) -> frozenset[str]:
        """Return "now", "soon", both or neither: what a sentence or one right beside it speaks of."""
        near = (self.scans[place], *self.beside(place))
        return frozenset(time for time in ("now", "soon") if any(scan.has(time) for scan in near))

    def beside(self, place: int) -> tuple[Scan, ...]:
        """Return the sentences right before and after a place."""
        return self.scans[max(0, place - 1) : place] + self.scans[place + 1 : place + 2]


def read_text(text: str, language: str | None) -> Assessment:
    """Return the level of one message and the flags that its words raise, each with the words that raised it.

    ``language`` is an ISO 639-1 code. Without one, or with one that has no lexicon, every lexicon reads the message;
    otherwise its own does, and Dutch and English beside it. Of a text beyond 8,000 characters only the first 6,000 and
    the last 2,000 are read. Never raises for any text.
    """
    said = sentences(text)
    own = language if language in languages() else None
    stories = [
        _read(said, load_lexicon(name), forgiving=own in (None, name)) for name in _read_with(own)
    ]
    main = stories[0] if own else max(stories, key=_Story.known_words)
    return assess(flag for story in stories for flag in _raised(text, story, main))


def _read_with(own: str | None) -> tuple[str, ...]:
    return languages() if own is None else tuple(dict.fromkeys((own, *ALWAYS_READ)))


def _read(said: tuple[Sentence, ...], lexicon: Lexicon, *, forgiving: bool) -> _Story:
    scans = tuple(Scan(sentence, lexicon, forgiving=forgiving) for sentence in said)
    in_danger = any(scan.danger for scan in scans)
    return _Story(
        scans, frozenset().union(*(scan.cues() for scan in scans)) if in_danger else frozenset()
    )


def _raised(text: str, story: _Story, main: _Story) -> Iterator[RaisedFlag]:
    """Yield what the matches of one lexicon raise. What the message's main language says around them counts as well:
    in "I am not suicidal" the Dutch lexicon knows the last word, but only the English one sees the "not"."""
    for place, scan in enumerate(story.scans):
        for match in scan.danger:
            readings = [(match, story)]
            if main is not story:
                readings.append((main.scans[place].same_place(match, scan), main))
            if any(_meant_otherwise(each, told.scans[place]) for each, told in readings):
                continue
            times = frozenset(time for _, told in readings for time in told.times_near(place))
            now = _counts(match, story, times) and not any(
                _elsewhere(each, place, told, near_now=bool(times)) for each, told in readings
            )
            yield RaisedFlag(
                match.rule.flag, "words", scan.typed(match.span, text), match.rule.name, now
            )


def _meant_otherwise(match: Match, scan: Scan) -> bool:
    """Tell whether the words are negated, asked about, supposed, or from the news."""
    if scan.has("news") or scan.masked(match.span) or _negated(match, scan):
        return True
    if _stands_before(match, scan, "law"):
        return True
    if match.rule.kind == "threat":  # "he kills me if I leave" is no supposition
        return False
    return _stands_before(match, scan, "hypothesis") or _under_if(match, scan)


def _stands_before(match: Match, scan: Scan, context: str) -> bool:
    return any(span.start <= match.span.start for span in scan.spans(context))


def _under_if(match: Match, scan: Scan) -> bool:
    if not (scan.question or scan.has("advice")):
        return False
    starts = [span.start for span in scan.spans("if")]
    return any(0 <= match.span.start - start <= IF_REACH_WORDS for start in starts)


def _negated(match: Match, scan: Scan) -> bool:
    if match.rule.holds_negation:
        return False
    excused = {
        place for span in scan.spans("not_negation") for place in range(span.start, span.end)
    }
    inside = range(match.span.start, match.span.end)
    if any(
        scan.words[place] in scan.lexicon.negations and place not in excused for place in inside
    ):
        return True
    return _negated_from(match.span, scan, excused, back=True) or _negated_from(
        match.span, scan, excused, back=False
    )


def _negated_from(span: Span, scan: Scan, excused: set[int], *, back: bool) -> bool:
    """Look outward for a negating word that reaches the span. A clause's end or a new subject stops its reach."""
    subjects, negations = scan.lexicon.subjects, scan.lexicon.negations
    if back and scan.words[span.start] in subjects:
        return False
    places = range(span.start - 1, -1, -1) if back else range(span.end, len(scan.words))
    for distance, place in enumerate(places, start=1):
        word = scan.words[place]
        if scan.divides(place) or (word in subjects and word not in negations):
            return False
        if not back and word in scan.lexicon.joiners:
            return False
        reach = negations.get(word)
        if reach and place not in excused and distance <= (reach.before if back else reach.after):
            return True
    return False


def _counts(match: Match, story: _Story, times: frozenset[str]) -> bool:
    """Tell whether a match can be danger now at all: a sign or a hint needs one of the sets of cues of its rule."""
    if match.rule.kind not in _CLUES:
        return True
    held = story.cues | times
    return any(needed <= held for needed in match.rule.counts_with)


def _elsewhere(match: Match, place: int, story: _Story, *, near_now: bool) -> bool:
    """Tell whether the message puts the danger in another time, or has it only from others."""
    scan = story.scans[place]
    if _over(match, scan, near_now) or _resolved(match, place, story):
        return True
    asked = scan.has("law") or any(each.has("law") for each in story.beside(place))
    if asked and not (match.rule.kind in _PRESENT_KINDS and scan.has("now")):
        return True
    if scan.has("now"):
        return False
    if _habitual(match, scan):  # "every morning at five": the hour makes it no sooner
        return True
    if scan.has("soon"):
        return False
    return _carried_past(match, place, story) or _hearsay(match, place, story)


def _over(match: Match, scan: Scan, near_now: bool) -> bool:
    """Tell whether the sentence itself puts the danger in the past."""
    clause = scan.clause(match.span)
    present = match.rule.kind in _PRESENT_KINDS
    past = scan.nearest(match.span, clause, "past", "other_day")
    if past is not None and (not present or past <= PAST_REACH_WORDS):
        now = scan.nearest(match.span, clause, "now", "soon")
        return now is None or past < now
    if scan.nearest(match.span, clause, "now", "soon") is not None:
        return False
    if not present and scan.has("past"):
        return True
    earliest = max(clause.start, match.span.start - WEAK_PAST_REACH_WORDS)
    weak = any(earliest <= span.start < match.span.end for span in scan.spans("weak_past"))
    return weak and not near_now


def _resolved(match: Match, place: int, story: _Story) -> bool:
    """Tell whether the message says that it is over ("safe now").

    Not for a match that comes after a "but", or that has a now of its own.
    """
    scan = story.scans[place]
    if scan.has("now", "soon"):
        return False
    here = scan.spans("resolved")
    if here:
        return not scan.divided_by_but(min(span.end for span in here), match.span.start)
    if scan.words[0] in scan.lexicon.boundaries:
        return False
    return any(each.has("resolved") for each in story.scans)


def _carried_past(match: Match, place: int, story: _Story) -> bool:
    """Tell whether an earlier sentence set the story in the past and none since has brought it to today."""
    if match.rule.kind in _PRESENT_KINDS:
        return False
    for scan in reversed(story.scans[:place]):
        if scan.has("now", "soon"):
            return False
        if scan.has("past"):
            return True
    return False


def _habitual(match: Match, scan: Scan) -> bool:
    """Tell whether the sentence speaks of what happens now and then."""
    return match.rule.kind != "threat" and scan.has("habit")


def _hearsay(match: Match, place: int, story: _Story) -> bool:
    """Tell whether the words come from others, or stand beside the news."""
    before = story.scans[max(0, place - 1) : place + 1]
    hearsay = ("hearsay",) if match.rule.kind in _PRESENT_KINDS else ("hearsay", "told")
    return any(each.has(*hearsay) for each in before) or any(
        each.has("news") for each in story.scans
    )
