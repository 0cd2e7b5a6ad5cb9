"""Between the browser's passkeys and the use cases: the own site, what to ask, and what was answered."""

from __future__ import annotations

from flask import Response

from escalation.desk.factors import PasskeyAnswer, Site, site_of
from escalation.desk.passkeys import options_to_show
from escalation.desk.sessions import Screener
from escalation.errors import PasskeyRefusedError

from ..config import settings
from ..ports import ports


def own_site() -> Site | None:
    """Return where our passkeys hold; None where no browser makes any."""
    return site_of(settings().world_url)


def need_site() -> Site:
    """Return where our passkeys hold. Raises PasskeyRefusedError where no browser makes any."""
    site = own_site()
    if site is None:
        raise PasskeyRefusedError
    return site


def answer_of(credential: str, *, bound_to: str) -> PasskeyAnswer:
    """Return what a passkey answered. Raises PasskeyRefusedError where no browser makes any."""
    return PasskeyAnswer(site=need_site(), bound_to=bound_to, credential=credential)


def ask(*, bound_to: str, purpose: str, screener: Screener | None = None) -> Response:
    """Return what the page's script needs to ask for a passkey. Raises PasskeyRefusedError."""
    return options_response(
        options_to_show(
            ports(), bound_to=bound_to, purpose=purpose, site=need_site(), screener=screener
        )
    )


def options_response(options: str) -> Response:
    """Return options for the page's script."""
    return Response(options, content_type="application/json")
