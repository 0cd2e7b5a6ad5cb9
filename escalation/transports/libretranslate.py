"""LibreTranslate on a server of one's own. Text never goes to anybody else's."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx

from ..errors import TranslationFailedError

TIMEOUT_SECONDS = 15.0


class LibreTranslate:
    """``url``: ``http://host:5000``, with ``?api_key=…`` where the server wants one."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._key = parse_qs(parts.query).get("api_key", [""])[0]
        self._address = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))

    def translate(self, text: str, *, source: str, target: str) -> str:
        """Return the translation. Raises TranslationFailedError whatever went wrong, with nothing of the text in it."""
        body = {"q": text, "source": source, "target": target, "format": "text"}
        if self._key:
            body["api_key"] = self._key
        try:
            answer = httpx.post(
                f"{self._address}/translate", json=body, timeout=TIMEOUT_SECONDS, trust_env=False
            )
            answer.raise_for_status()
            return str(answer.json()["translatedText"])
        except (httpx.HTTPError, ValueError, KeyError):
            raise TranslationFailedError from None
