"""The desk, where screeners work: joining, logging in, the queue and the cases, as pages and as JSON."""

from ..api.openapi import ApiPart
from ..api.views import check_json
from ..security import Guarded, check_same_origin
from . import (
    api,
    audit,
    cases,
    casework,
    door,
    four_eyes,
    measures,
    openapi,
    paged,
    password,
    people,
    queue,
    roster,
    security,
)
from .session import check_staff, check_staff_json

GUARDED = (
    Guarded(door.blueprint, "staff_door", check_same_origin),
    Guarded(queue.blueprint, "staff", check_staff),
    Guarded(cases.blueprint, "staff", check_staff),
    Guarded(casework.blueprint, "staff", check_staff),
    Guarded(roster.blueprint, "staff", check_staff),
    Guarded(measures.blueprint, "staff", check_staff),
    Guarded(security.blueprint, "staff", check_staff),
    Guarded(audit.blueprint, "staff", check_staff),
    Guarded(people.blueprint, "staff", check_staff),
    Guarded(password.blueprint, "staff", check_staff),
    Guarded(four_eyes.blueprint, "staff", check_staff),
    Guarded(roster.calendar, "staff_link", check_same_origin),
    Guarded(paged.blueprint, "staff_link", check_same_origin),
    Guarded(api.door, "staff_door", check_json),
    Guarded(api.blueprint, "staff_api", check_staff_json),
)
API_PART = ApiPart(paths=openapi.PATHS, schemas=openapi.SCHEMAS, security=openapi.SECURITY)
