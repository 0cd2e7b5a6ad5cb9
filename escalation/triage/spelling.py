"""Reading words as they were meant: a lexicon's own list (u → you), and one slip of the finger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .patterns import ANY_NUMBER
from .tokens import COMMA, Token, plain, split_digits

SHORTEST_FORGIVEN = 7
"""Letters a word needs before one slip is forgiven: in short words a slip makes another word."""


class Speller:
    """Turns tokens into the words of one lexicon. Every new token keeps the place of what was typed."""

    def __init__(
        self,
        *,
        words: Iterable[str],
        mended: Iterable[str],
        listed: Mapping[str, str],
        untouched: Iterable[str],
    ) -> None:
        """Take ``words`` as known, of which ``mended`` may also be meant by a slip. ``listed`` holds what stands for
        what; ``untouched`` are real words that are one slip away from a mended one."""
        self._listed = {
            plain(typed): tuple(plain(meant).split()) for typed, meant in listed.items()
        }
        known = {word for word in words if word != ANY_NUMBER and not word.isdecimal()}
        left_alone = set(untouched)
        self._whole = {word for word in known if "*" not in word}
        self._untouched = {word for word in left_alone if "*" not in word}
        self._stems = {word[:-1] for word in known | left_alone if word.endswith("*")}
        forgiven = {word for word in mended if len(word.strip("*")) >= SHORTEST_FORGIVEN}
        self._forgiven_stems = {word[:-1] for word in forgiven if word.endswith("*")}
        self._forgiven = {word for word in forgiven if "*" not in word}
        self._slips: dict[str, str] = {}
        for word in sorted(self._forgiven | self._forgiven_stems):
            self._slips.update(dict.fromkeys(_one_left_out(word), word))

    def read(self, tokens: Iterable[Token], *, forgiving: bool) -> tuple[Token, ...]:
        """Return the tokens as this lexicon reads them; ``forgiving`` also mends slips of the finger."""
        return tuple(meant for token in tokens for meant in self._read_one(token, forgiving))

    def _read_one(self, token: Token, forgiving: bool) -> Iterator[Token]:
        if token.text == COMMA:
            yield token
            return
        bare = token.text.replace("'", "")
        listed = self._listed.get(token.text) or self._listed.get(bare)
        if listed:
            yield from (Token(word, token.start, token.end) for word in listed)
        elif any(map(str.isdigit, bare)):
            yield from split_digits(Token(bare, token.start, token.end))
        elif self.knows(bare):
            yield Token(bare, token.start, token.end)
        else:
            stretched = token.end - token.start > len(token.text)
            meant = self._unstretched(bare, stretched) or (self._mended(bare) if forgiving else ())
            yield from (Token(word, token.start, token.end) for word in meant or (bare,))

    def knows(self, word: str) -> bool:
        """Tell whether a word, or a word that begins like it, stands anywhere in the lexicon."""
        if word in self._whole or word in self._untouched:
            return True
        return any(word[:length] in self._stems for length in range(2, len(word) + 1))

    def _unstretched(self, word: str, stretched: bool) -> tuple[str, ...]:
        single = _undoubled(word) if stretched else word
        return (single,) if single != word and self.knows(single) else ()

    def _mended(self, word: str) -> tuple[str, ...]:
        for length in range(len(word), SHORTEST_FORGIVEN - 2, -1):
            typed = word[:length]
            for left_out in _one_left_out(typed):
                meant = self._slips.get(left_out, "")
                if meant in self._forgiven_stems and _one_slip_apart(typed, meant, ending=1):
                    return (meant + word[length:],)
                whole = meant in self._forgiven and length == len(word)
                if whole and _one_slip_apart(typed, meant, ending=2):
                    return (meant,)
        return ()


def _undoubled(word: str) -> str:
    return "".join(char for place, char in enumerate(word) if place == 0 or char != word[place - 1])


def _one_left_out(word: str) -> Iterator[str]:
    yield word
    for place in range(1, len(word)):  # the first letter is seldom the wrong one
        yield word[:place] + word[place + 1 :]


def _one_slip_apart(typed: str, meant: str, *, ending: int) -> bool:
    """Tell whether one letter was added or left out, or two neighbours swapped.

    One letter for another is not forgiven: that makes a real word too often. Nor is any slip in the last ``ending``
    letters: there it is another form of the word.
    """
    if typed == meant or typed[-ending:] != meant[-ending:]:
        return False
    if len(typed) == len(meant):
        differ = [
            place
            for place, (one, other) in enumerate(zip(typed, meant, strict=True))
            if one != other
        ]
        first, last = differ[0], differ[-1]
        return last == first + 1 and typed[first] == meant[last] and typed[last] == meant[first]
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(longer)))
