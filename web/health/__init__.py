"""Whether the process lives and whether it can serve. Answers yes or no, never why."""

from ..security import Guarded
from .views import blueprint, check_nothing

GUARDED = (Guarded(blueprint, "probe", check_nothing),)
