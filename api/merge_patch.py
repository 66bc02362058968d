"""JSON Merge Patch, as RFC 7396, section 2, defines it."""

from typing import Any, cast


def merged(target: Any, patch: Any) -> Any:
    """Return what a patch makes of a value; null takes away."""
    if not isinstance(patch, dict):
        return patch
    changes = cast("dict[str, Any]", patch)
    result = dict(cast("dict[str, Any]", target)) if isinstance(target, dict) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
