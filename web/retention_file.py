"""The file in which an operator says how long things are kept, by region where it differs."""

from __future__ import annotations

from pathlib import Path

import yaml

from escalation.retention.policy import InvalidPolicyError, Policy, policy_from

from .config import InvalidSettingError, Settings

NAME = "NIETPLUIS_RETENTION_FILE"


def read_policy(settings: Settings) -> Policy:
    """Return the policy of the file, or the defaults without one. Raises InvalidSettingError."""
    if not settings.retention_file:
        return Policy()
    try:
        return policy_from(yaml.safe_load(Path(settings.retention_file).read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidSettingError(NAME, "a YAML file that can be read") from error
    except InvalidPolicyError as error:
        raise InvalidSettingError(NAME, f"days that can be followed ({error})") from error
