"""The application factory: settings in, a Flask application out."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from escalation.ports import Ports

from . import config, i18n, ports
from .admission import install_admission
from .api import openapi
from .config import Settings
from .errors import register_errors
from .health.readiness import install_readiness
from .limits import install_limits
from .rendering import with_phones
from .security import InMemoryRequest, add_headers, register_guarded
from .streams import install_streams

FEATURES: tuple[str, ...] = ("web.chat", "web.desk", "web.api", "web.sms", "web.health")
"""Packages with ``GUARDED``, a tuple of blueprints with their guards (see ``web.security.Guarded``),
and where they have a JSON API also ``API_PART`` (see ``web.api.openapi``)."""

MAX_BODY_BYTES = 4_000_000
"""Far more than the longest message needs (100,000 letters, each up to 12 bytes in a form), so that
a message that is too long can still be given back to who wrote it."""


def create_app(settings: Settings | None = None, wired: Ports | None = None) -> Flask:
    """Return the application. Without ``settings`` the environment is read; tests hand in ``wired`` ports."""
    current = settings or Settings.from_environment()
    app = Flask(__name__)
    app.request_class = InMemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES, MAX_FORM_PARTS=200
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[config.EXTENSION] = current
    app.extensions[ports.EXTENSION] = built = wired or ports.build_ports(current)
    if current.trusted_proxies:
        hops = current.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    i18n.install_i18n(app)
    register_errors(app)
    install_streams(app, current.event_streams_max)
    install_limits(app, built.counters, current)
    install_admission(app, built, current)
    install_readiness(app, current)
    app.add_template_filter(with_phones)
    features = [import_module(feature) for feature in FEATURES]
    for feature in features:
        for guarded in feature.GUARDED:
            register_guarded(app, guarded)
    app.extensions[openapi.EXTENSION] = tuple(
        feature.API_PART for feature in features if hasattr(feature, "API_PART")
    )
    app.after_request(add_headers)
    return app
