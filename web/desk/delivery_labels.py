"""Why a text message did not arrive, in the words of the desk. The reasons are those of ``escalation.sms.codes``."""

from __future__ import annotations

from collections.abc import Mapping

from ..i18n import N_

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
