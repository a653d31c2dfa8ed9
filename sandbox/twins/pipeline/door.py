"""The pipeline's routes under /api/v4, a subset of GitLab's: projects, pipelines, jobs, environments, deployments."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from sandbox.clock import iso_z
from sandbox.twins.call import Answer, Json, TwinCall, TwinError
from sandbox.twins.door import Twin
from sandbox.twins.pipeline.state import ENDED, Deployment, Job, Pipeline, PipelineState, Project, Status

Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{7,64}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class NewPipeline(msgspec.Struct, kw_only=True):
    """A pipeline to run."""

    ref: Name


class NewDeployment(msgspec.Struct, kw_only=True):
    """A deployment to be."""

    environment: Name
    ref: Name
    sha: Sha
    status: Status = "created"


class NewStatus(msgspec.Struct, kw_only=True):
    """What became of a deployment."""

    status: Status


def list_projects(call: TwinCall) -> Answer:
    """GET /projects: search."""
    wanted = call.query.get("search", "").lower()
    return _page(call, [_project(p) for p in _state(call).projects.values() if wanted in p.path.lower()])


def get_project(call: TwinCall, project: str) -> Answer:
    """GET /projects/{id or path}."""
    return Answer(body=_project(_known(call, project)))


def list_pipelines(call: TwinCall, project: str) -> Answer:
    """GET /projects/{id}/pipelines: ref, sha, status; newest first."""
    known, state = _known(call, project), _state(call)
    found = call.fitting([p for p in state.pipelines.values() if p.project == known.id], ("ref", "sha", "status"))
    return _page(call, [_pipeline(call, one) for one in reversed(found)])


def get_pipeline(call: TwinCall, project: str, number: int) -> Answer:
    """GET /projects/{id}/pipelines/{id}."""
    return Answer(body=_pipeline(call, _the_pipeline(call, project, number)))


def list_jobs(call: TwinCall, project: str, number: int) -> Answer:
    """GET /projects/{id}/pipelines/{id}/jobs."""
    pipeline = _the_pipeline(call, project, number)
    return _page(call, [_job(pipeline, job) for job in pipeline.jobs])


def run_pipeline(call: TwinCall, project: str) -> Answer:
    """POST /projects/{id}/pipeline: a new run of a ref, at the commit of its newest one."""
    known, ref = _known(call, project), call.read(NewPipeline).ref
    before = [p for p in _state(call).pipelines.values() if (p.project, p.ref) == (known.id, ref)]
    if not before:
        raise TwinError(400, "bad_request", "Reference not found")
    pipeline = _state(call).new_pipeline(known, ref, before[-1].sha, "running", call.actor, call.world.clock.now())
    call.effect("pipeline.created", str(pipeline.id))
    return Answer(status=201, body=_pipeline(call, pipeline))


def retry_pipeline(call: TwinCall, project: str, number: int) -> Answer:
    """POST /projects/{id}/pipelines/{id}/retry: what failed or was cancelled runs again."""
    return _set_jobs(call, project, number, "retried", {"failed": "running", "canceled": "running"})


def cancel_pipeline(call: TwinCall, project: str, number: int) -> Answer:
    """POST /projects/{id}/pipelines/{id}/cancel: what has not ended is cancelled."""
    moves: dict[Status, Status] = dict.fromkeys(("created", "pending", "running", "manual"), "canceled")
    return _set_jobs(call, project, number, "canceled", moves)


def list_environments(call: TwinCall, project: str) -> Answer:
    """GET /projects/{id}/environments, each with its last deployment that succeeded."""
    last: dict[str, Deployment | None] = {}
    for one in _deployments(call, _known(call, project)):
        last[one.environment] = one if one.status == "success" else last.get(one.environment)
    said = [
        {"id": number, "name": name, "state": "available", "last_deployment": one and _deployment(one)}
        for number, (name, one) in enumerate(last.items(), 1)
    ]
    return _page(call, said)


def list_deployments(call: TwinCall, project: str) -> Answer:
    """GET /projects/{id}/deployments: environment, status; oldest first, with sort=desc newest first."""
    found = call.fitting(_deployments(call, _known(call, project)), ("environment", "status"))
    return _page(call, [_deployment(one) for one in (found[::-1] if call.query.get("sort") == "desc" else found)])


def get_deployment(call: TwinCall, project: str, number: int) -> Answer:
    """GET /projects/{id}/deployments/{id}."""
    return Answer(body=_deployment(_the_deployment(call, project, number)))


def create_deployment(call: TwinCall, project: str) -> Answer:
    """POST /projects/{id}/deployments."""
    known, new, now = _known(call, project), call.read(NewDeployment), call.world.clock.now()
    about = msgspec.structs.asdict(new)
    one = Deployment(id=_state(call).next_id(), project=known.id, **about, user=call.actor, created=now, updated=now)
    _state(call).deployments[one.id] = one
    call.effect("deployment.created", str(one.id))
    return Answer(status=201, body=_deployment(one))


def change_deployment(call: TwinCall, project: str, number: int) -> Answer:
    """PUT /projects/{id}/deployments/{id}: its status, until it has ended."""
    one, status = _the_deployment(call, project, number), call.read(NewStatus).status
    if one.status in ENDED and status != one.status:
        raise TwinError(400, "bad_request", f"Cannot change a deployment that is {one.status}")
    one.status, one.updated = status, call.world.clock.now()
    call.effect("deployment.changed", str(one.id))
    return Answer(body=_deployment(one))


def _set_jobs(call: TwinCall, project: str, number: int, kind: str, moves: dict[Status, Status]) -> Answer:
    pipeline = _the_pipeline(call, project, number)
    for job in pipeline.jobs:
        job.status = moves.get(job.status, job.status)
    pipeline.status, pipeline.updated = moves.get(pipeline.status, pipeline.status), call.world.clock.now()
    call.effect(f"pipeline.{kind}", str(pipeline.id))
    return Answer(status=201, body=_pipeline(call, pipeline))


def _state(call: TwinCall) -> PipelineState:
    return call.world.twins.pipeline


def _known(call: TwinCall, project: str) -> Project:
    known = _state(call).project(project)
    if known is None:
        raise TwinError(404, "not_found", "404 Project Not Found")
    return known


def _the_pipeline(call: TwinCall, project: str, number: int) -> Pipeline:
    known, one = _known(call, project), _state(call).pipelines.get(number)
    if one is None or one.project != known.id:
        raise TwinError(404, "not_found", "404 Not found")
    return one


def _the_deployment(call: TwinCall, project: str, number: int) -> Deployment:
    known, one = _known(call, project), _state(call).deployments.get(number)
    if one is None or one.project != known.id:
        raise TwinError(404, "not_found", "404 Not found")
    return one


def _deployments(call: TwinCall, project: Project) -> list[Deployment]:
    return [one for one in _state(call).deployments.values() if one.project == project.id]


def _page(call: TwinCall, items: Sequence[Any]) -> Answer:
    size, page = max(call.number("per_page", 20, 100), 1), max(call.number("page", 1, 10**6), 1)
    pages = -(-len(items) // size)
    told = {"X-Page": page, "X-Per-Page": size, "X-Total": len(items), "X-Total-Pages": pages}
    headers = {name: str(value) for name, value in told.items()} | {
        "X-Next-Page": str(page + 1) if page < pages else ""
    }
    return Answer(body=items[(page - 1) * size : page * size], headers=headers)


def _project(project: Project) -> Json:
    said = {"id": project.id, "path_with_namespace": project.path, "default_branch": project.default_branch}
    return {**said, "name": project.path.rpartition("/")[2]}


def _pipeline(call: TwinCall, one: Pipeline) -> Json:
    path = _state(call).projects[one.project].path
    said = {"id": one.id, "project_id": one.project, "ref": one.ref, "sha": one.sha, "status": one.status}
    said |= {"source": one.source, "created_at": iso_z(one.created), "updated_at": iso_z(one.updated)}
    return {**said, "user": {"username": one.user}, "web_url": f"{call.base}/{path}/-/pipelines/{one.id}"}


def _job(pipeline: Pipeline, job: Job) -> Json:
    said = {"id": job.id, "name": job.name, "stage": job.stage, "status": job.status, "ref": pipeline.ref}
    return {**said, "failure_reason": job.failure_reason, "pipeline": {"id": pipeline.id, "sha": pipeline.sha}}


def _deployment(one: Deployment) -> Json:
    said = {"id": one.id, "ref": one.ref, "sha": one.sha, "status": one.status, "user": {"username": one.user}}
    times = {"created_at": iso_z(one.created), "updated_at": iso_z(one.updated)}
    return {**said, **times, "environment": {"name": one.environment}}


ONE = "/api/v4/projects/<path:project>"
PIPELINE = Twin(
    service="pipeline",
    routes=[
        ("GET", "/api/v4/projects", list_projects),
        ("GET", ONE, get_project),
        ("GET", f"{ONE}/pipelines", list_pipelines),
        ("GET", f"{ONE}/pipelines/<int:number>", get_pipeline),
        ("GET", f"{ONE}/pipelines/<int:number>/jobs", list_jobs),
        ("POST", f"{ONE}/pipeline", run_pipeline),
        ("POST", f"{ONE}/pipelines/<int:number>/retry", retry_pipeline),
        ("POST", f"{ONE}/pipelines/<int:number>/cancel", cancel_pipeline),
        ("GET", f"{ONE}/environments", list_environments),
        ("GET", f"{ONE}/deployments", list_deployments),
        ("POST", f"{ONE}/deployments", create_deployment),
        ("GET", f"{ONE}/deployments/<int:number>", get_deployment),
        ("PUT", f"{ONE}/deployments/<int:number>", change_deployment),
    ],
    refusal=lambda error: {"message": error.detail},
    token_headers=("PRIVATE-TOKEN",),
)
