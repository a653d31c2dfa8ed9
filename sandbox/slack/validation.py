"""blocks.validate and apps.manifest.validate: what Slack would refuse, told without doing anything."""

import json
from typing import Any

from sandbox.slack.blocks import block_problems, view_problems
from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.manifest import manifest_problems
from sandbox.slack.problems import Problem
from sandbox.slack.records import Json


def validate_blocks(call: SlackCall) -> Json:
    """blocks.validate of exactly one of blocks, message and view."""
    given = [name for name in ("blocks", "message", "view") if call.text(name) is not None]
    if len(given) != 1:
        raise SlackError("invalid_arguments", "[ERROR] provide exactly one of blocks, view, or message")
    [name] = given
    payload = call.structure(name)
    if problems := _problems(name, payload):
        raise SlackError(f"invalid_{name}", errors=[problem.told() for problem in problems])
    return {}


def validate_manifest(call: SlackCall) -> Json:
    """apps.manifest.validate of a manifest in JSON."""
    manifest = call.arguments.get("manifest")
    try:
        read = json.loads(manifest) if isinstance(manifest, str) else manifest
    except ValueError as error:
        raise SlackError("invalid_manifest", errors=[{"message": "The manifest is no JSON", "pointer": "/"}]) from error
    if problems := manifest_problems(read):
        errors = [{"code": p.code, "message": p.text, "pointer": p.pointer} for p in problems]
        raise SlackError("invalid_manifest", errors=errors)
    return {"errors": []}


def _problems(name: str, payload: Any) -> list[Problem]:
    if name == "view":
        return view_problems(payload)
    if name == "blocks":
        return block_problems(payload, "message")
    if not isinstance(payload, dict):
        return [Problem(text="must be an object", pointer="/message")]
    if not (payload.get("blocks") or payload.get("text") or payload.get("attachments")):
        return [Problem(text="missing required field: text, blocks or attachments", pointer="/message")]
    return block_problems(payload.get("blocks") or [], "message")
