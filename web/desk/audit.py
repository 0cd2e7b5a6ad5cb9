"""The latest events of the audit chain, in words, for who leads: coordinators and administrators."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from escalation import audit
from escalation.desk.police import CARE
from escalation.desk.roles import need_lead
from escalation.errors import NietPluisError
from escalation.signal import printable
from escalation.store.session import reading

from ..i18n import N_, gettext
from ..ports import ports
from .labels import label_of
from .presenting import SHORT_ID_CHARS, moment
from .problems import page_on_fact
from .session import screener, staff

EVENT_LABELS = {
    "invited": N_("Made an invitation"),
    "joined": N_("Joined the desk"),
    "access_given": N_("Gave access to a colleague"),
    "revoked": N_("Ended somebody's access"),
    "rekeyed": N_("Gave the desk a new key"),
    "logged_in": N_("Logged in"),
    "password_changed": N_("Changed the password"),
    "password_lost_reset": N_("Began anew after a lost password"),
    "passkey_added": N_("Added a passkey"),
    "passkey_removed": N_("Removed a passkey"),
    "flag_cleared": N_("Cleared an urgency mark"),
    "police_asked": N_("Asked to open a case to police"),
    "police_opened": N_("Opened a case to police"),
    "police_reviewed": N_("Looked at an opening to police afterwards"),
    "export_asked": N_("Asked for a copy of a case"),
    "export_agreed": N_("Agreed to a copy of a case"),
    "exported": N_("Took a copy of a case"),
    "conversation_purged": N_("Removed a case because its time was over"),
    "conversation_erased": N_("Erased a conversation"),
    "backup_made": N_("Made a backup"),
    "backup_restored": N_("Restored a backup"),
}
ACTOR_LABELS = {
    audit.REPORTER: N_("The person who told it"),
    audit.SYSTEM: N_("The program"),
    audit.OPERATOR: N_("The operator"),
}

blueprint = Blueprint("desk_audit", __name__, url_prefix="/desk/audit")
blueprint.register_error_handler(NietPluisError, page_on_fact)


@blueprint.get("")
def show() -> Response:
    """Show the latest events and whether the chain holds."""
    need_lead(screener())
    with reading(ports().sessions) as session:
        entries = audit.latest(session)
        broken = audit.verify(session)
        reads = screener().desk_key if screener().side == CARE else None
        shown_from = entries[-1].seq if entries else 1
        reasons = audit.read_reasons(session, reads, since=shown_from) if reads else {}
    page = render_template(
        "desk/audit.html",
        session=staff(),
        rows=[_shown(one, reasons.get(one.seq, "")) for one in entries],
        broken=broken,
    )
    return make_response(page)


def _shown(entry: audit.Entry, reason: str) -> dict[str, str]:
    about = entry.subject_name or (entry.subject or "")[:SHORT_ID_CHARS]
    return {
        "seq": str(entry.seq),
        "at": moment(entry.at, ports().clock()),
        "event": label_of(EVENT_LABELS, entry.event),
        "who": gettext(ACTOR_LABELS[entry.actor]) if entry.actor in ACTOR_LABELS else entry.actor,
        "reason": printable(reason),
        "about": about if entry.subject_name or not about else f"#{about}",
    }
