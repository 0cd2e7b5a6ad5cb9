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
        Line(
            "system_busy",
            N_(
                "It is very busy now. Your message is saved. The answer can take longer than usual."
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
            "system_other_person", N_("Another person goes on with you now. You can go on writing.")
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
        # --- Somebody is in danger and people are called: what is true at each step.
        Line(
            "system_calling",
            N_("We are calling a person on duty now. You read here when somebody answers."),
        ),
        Line("system_calling_more", N_("Nobody has answered yet. We are calling more people.")),
        Line(
            "system_calling_coordinator",
            N_("Still no answer. We are calling the person who leads the team."),
        ),
        Line(
            "system_calling_everybody",
            N_(
                "Still no answer. We are now calling everybody on our list. Do not wait for us if there "
                "is danger."
            ),
        ),
        Line("system_still_calling", N_("Nobody has answered yet. We go on calling.")),
        Line(
            "system_calling_again",
            N_("The person who answered is not here yet. We are calling others."),
        ),
        Line(
            "system_person_coming",
            N_("A person on duty has answered and is on the way to this chat."),
        ),
        Line(
            "system_nobody_reachable",
            N_(
                "We cannot reach a person on duty at this moment. Your messages are saved, and we go on "
                "trying. Do not wait for us if there is danger."
            ),
        ),
        Line(
            "system_person_silent",
            N_("The person you were writing with is not there any more. Somebody else will go on."),
        ),
        # --- Whether somebody is there, for who asked for a person or has sent a report.
        Line("system_reach_present", N_("A person on duty is at work now and can see this.")),
        Line(
            "system_reach_minutes",
            N_(
                "A person on duty is at work now and can see this. An answer usually takes about "
                "{minutes} minutes."
            ),
        ),
        Line(
            "system_reach_on_duty",
            N_(
                "Somebody has duty now, but is not looking at the screen at this moment. We do not know "
                "how long it takes."
            ),
        ),
        Line(
            "system_reach_again",
            N_("Nobody has duty now. Somebody has duty again on {weekday}, {date}, from {time}."),
        ),
        Line(
            "system_reach_away", N_("Nobody has duty now. We do not know when somebody reads this.")
        ),
        Line("system_reach_unknown", N_("We do not know when somebody reads this.")),
        # --- Who can read it now, and that this cannot be taken back.
        Line(
            "system_opened_to_police",
            N_(
                "We think that somebody's life may be in danger. So a person on duty let the police "
                "read this conversation. We cannot take that back."
            ),
        ),
        Line(
            "system_police_keep",
            N_("The police could already read this conversation. We cannot take that back."),
        ),
        Line("system_erased", N_("Everything you wrote here has been erased.")),
    )
}
