"""Reads YAML texts, with the parser in C where PyYAML was built with it. It knows nothing of what the texts say."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain(text: str) -> Any:
    """Give what a YAML text says as plain data; raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both are safe loaders
