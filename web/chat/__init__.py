"""The public side in a browser: start page, chat, receipt, leaving and erasing. Works in full without JavaScript."""

from ..security import Guarded, check_same_origin
from . import pages, plain, views

GUARDED = (
    Guarded(plain.blueprint, "public", check_same_origin),
    Guarded(pages.blueprint, "public", check_same_origin),
    Guarded(views.blueprint, "public", check_same_origin),
)
