"""Pipelines end because the control API says so: nothing is ever built here."""

from typing import Annotated, Any

import msgspec

from sandbox.twins.pipeline.state import Status
from sandbox.world import World


class Build(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A pipeline that ran, as somebody wants it; `failed` names the job that failed."""

    project: str
    sha: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{7,64}$")]
    status: Status = "success"
    ref: str = "main"
    by: str = "somebody"
    failed: str | None = None


def build(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """Take a pipeline in; ValueError when there is no such project."""
    wanted = msgspec.convert(asked, Build)
    with world.lock:
        state = world.twins.pipeline
        project = state.project(wanted.project)
        if project is None:
            raise ValueError(f"the pipeline knows no project {wanted.project!r}")
        now = world.clock.now()
        made = state.new_pipeline(project, wanted.ref, wanted.sha, wanted.status, wanted.by, now, wanted.failed)
        return {"ok": True, "id": made.id}
