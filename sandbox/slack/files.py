"""files.*: the upload in three steps (announce, send the bytes, complete), and what a file is."""

import json
import mimetypes
import secrets

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.chat import posted_by_bot
from sandbox.slack.records import Json, StoredFile
from sandbox.slack.render import file_json
from sandbox.slack.state import SlackState

LARGEST_FILE = 10 * 1024 * 1024


def get_upload_url(call: SlackCall) -> Json:
    """files.getUploadURLExternal: where the bytes are to be sent."""
    name, length = call.needed("filename"), call.number("length", 0, largest=LARGEST_FILE + 1)
    if length > LARGEST_FILE:
        raise SlackError("file_upload_size_restricted")
    slack, ticket = call.slack, secrets.token_urlsafe(18)
    alt, identity = call.text("alt_txt") or "", call.slack.next_id("F")
    place, now = f"{call.world.places.slack}/files-pri/{identity}", slack.now_s()
    slack.files[identity] = StoredFile(
        id=identity, name=name, length=length, ticket=ticket, url=place, created=now, alt_text=alt
    )
    return {"upload_url": f"{call.world.places.slack}/upload/v1/{ticket}", "file_id": identity}


def take_bytes(slack: SlackState, ticket: str, content: bytes) -> str | None:
    """Keep what was sent to an upload URL; what is wrong with it, None when nothing is."""
    file = next((file for file in slack.files.values() if secrets.compare_digest(file.ticket, ticket)), None)
    if file is None or file.completed:
        return "invalid upload URL"
    if len(content) != file.length:
        return f"the length was to be {file.length}, not {len(content)}"
    file.content = content
    return None


def complete_upload(call: SlackCall) -> Json:
    """files.completeUploadExternal: files are there from now on, in a channel when one is named."""
    files = [_announced(call, entry) for entry in _entries(call)]
    wanted = call.text("channel_id") or call.text("channels")
    channel = call.slack.channel(wanted) if wanted else None
    if wanted and (channel is None or not call.slack.bot_is_in(channel)):
        raise SlackError("channel_not_found" if channel is None else "not_in_channel")
    for file, title in files:
        file.title, file.completed = title or file.name, True
        call.effect("file.uploaded", channel, file.id)
    if channel is not None:
        content: Json = {"text": call.text("initial_comment") or "", "blocks": [], "attachments": [], "metadata": None}
        named = [file.id for file, _ in files]
        message = posted_by_bot(call.world, channel, content | {"files": named}, call.text("thread_ts"))
        for file, _ in files:
            file.shares.setdefault(channel.id, []).append(message.ts)
    return {"files": [file_json(call.slack, file) for file, _ in files]}


def file_info(call: SlackCall) -> Json:
    """files.info."""
    file = call.slack.files.get(call.needed("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": file_json(call.slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def readable(slack: SlackState, identity: str) -> tuple[bytes, str] | None:
    """The bytes of a file and their type."""
    file = slack.files.get(identity)
    if file is None or file.content is None or not file.completed:
        return None
    return file.content, mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _entries(call: SlackCall) -> list[Json]:
    entries = call.structure("files")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise SlackError("invalid_arguments", "[ERROR] must provide at least one item [json-pointer:/files]")
    return list(json.loads(json.dumps(entries)))


def _announced(call: SlackCall, entry: Json) -> tuple[StoredFile, str]:
    file = call.slack.files.get(str(entry.get("id")))
    if file is None or file.completed:
        raise SlackError("file_not_found")
    if file.content is None:
        raise SlackError("file_update_failed")
    return file, str(entry.get("title") or "")
