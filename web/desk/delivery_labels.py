"""Whether a text message reaches the person and why not, in the words of the desk.

The reasons are those of ``escalation.sms.codes``, ``threads`` and ``reachable``.
"""

from __future__ import annotations

from collections.abc import Mapping

from escalation.sms.counts import Counts

from ..i18n import N_, gettext

REASON_LABELS: Mapping[str, str] = {
    "opted_out": N_(
        "This person sent STOP. Twilio lets no text message through until START is sent."
    ),
    "not_a_mobile": N_("This number cannot receive text messages."),
    "wrong_number": N_("This number does not exist or is not in use."),
    "unreachable": N_("The phone was off or had no signal. It was tried again for some hours."),
    "no_route": N_("No text message can go from our number to this one."),
    "no_permission": N_("Our account may not send to this country."),
    "blocked": N_("The telephone company blocked the message."),
    "busy": N_("The service for text messages was too busy. It was tried several times."),
    "account": N_("Our account for text messages does not work. Tell the operator."),
    "settings": N_("Something in our settings for text messages is wrong. Tell the operator."),
    "unknown": N_("The telephone company gave no reason that we know."),
}

TEXTING_LABELS: Mapping[str, str] = {
    **REASON_LABELS,
    "is_sent": N_("What you write is sent as a text message."),
    "is_allowed": N_("What you write is sent as a text message: the person allowed it."),
    "is_forgotten": N_(
        "No text message is sent: the number has been forgotten. The person reads it with the receipt."
    ),
    "not_safe": N_("No text message is sent until the person writes: they said it is not safe."),
    "word_sent": N_("No text message is sent: the person sent the word to stop."),
}

COUNT_LABELS: Mapping[str, str] = {
    "arrived": N_("Arrived"),
    "on_its_way": N_("On the way"),
    "not_arrived": N_("Did not arrive"),
    "deleted": N_("Deleted at Twilio"),
    "gone": N_("Gone at Twilio already"),
    "waiting": N_("To be deleted at Twilio"),
    "refused": N_("Twilio refused to delete"),
}


def count_rows(counts: Counts) -> list[tuple[str, int]]:
    """Return (words, count) for a coordinator: how many arrived, why others did not, what lies at Twilio."""
    rows = [(gettext(COUNT_LABELS[state]), count) for state, count in counts.states.items()]
    rows += [(gettext(REASON_LABELS[reason]), count) for reason, count in counts.reasons.items()]
    return rows + [(gettext(COUNT_LABELS[how]), count) for how, count in counts.left.items()]
