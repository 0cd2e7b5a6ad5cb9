"""The JSON API for reporters, and the document that describes the whole API."""

from ..security import Guarded
from . import description, views
from .openapi import ApiPart

GUARDED = (Guarded(views.blueprint, "public_api", views.check_json),)
API_PART = ApiPart(
    paths=description.PATHS, schemas=description.SCHEMAS, security=description.SECURITY
)
