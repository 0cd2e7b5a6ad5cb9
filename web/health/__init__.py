"""Whether the process lives and whether it can serve: yes or no, never why. And counts for who holds the token."""

from ..security import Guarded
from . import metrics
from .views import blueprint, check_nothing

GUARDED = (
    Guarded(blueprint, "probe", check_nothing),
    Guarded(metrics.blueprint, "metrics_token", metrics.check_token),
)
