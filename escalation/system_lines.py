"""What the system itself says when the bot cannot or may not: the English sources, marked for the catalogue."""

from __future__ import annotations

from .lines import Choice, Line


def N_(source: str) -> str:
    """Mark ``source`` for extraction and return it unchanged; it is translated when shown."""
    return source


GO_ON = Choice("resume", N_("Go on"))
"""Shows a hidden conversation again and lets the bot say what was open."""

SYSTEM_LINES: dict[str, Line] = {
    line.say: line
    for line in (
        Line(
            "system_bot_unavailable",
            N_(
                "The computer program is not answering at the moment. Your message is saved. "
                "A person on duty will read it. You can go on writing here."
            ),
        ),
        Line("system_saved", N_("Your message is saved. A person on duty will read it.")),
        Line(
            "system_screener_joined",
            N_("A person has joined. You are now writing with a person, not a computer."),
        ),
        Line(
            "system_back_to_bot",
            N_("The person has left the chat. You are writing with the computer program again."),
        ),
        Line(
            "system_back_to_queue",
            N_("Another person on duty will go on with this. You can go on writing here."),
        ),
        Line(
            "system_closed",
            N_(
                "This conversation is closed. You can write again at any time with your receipt number."
            ),
        ),
        Line(
            "system_reopened",
            N_("Your conversation is open again. A person on duty will read what you wrote."),
        ),
        Line("system_erased", N_("Everything you wrote here has been erased.")),
    )
}
