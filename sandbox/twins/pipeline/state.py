"""What the pipeline remembers: projects, pipelines with their jobs, environments and deployments."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["created", "pending", "running", "success", "failed", "canceled", "skipped", "manual"]
STAGES = (("build", "build"), ("unit", "test"), ("deploy", "deploy"))
ENDED = frozenset({"success", "failed", "canceled", "skipped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A repository; `path` is its full path with namespace."""

    id: int
    path: str
    default_branch: str = "main"


@dataclass(slots=True, kw_only=True)
class Job:
    """A step of a pipeline."""

    id: int
    name: str
    stage: str
    status: Status
    failure_reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """A build of one commit."""

    id: int
    project: int
    ref: str
    sha: str
    status: Status
    source: str
    user: str
    created: datetime
    updated: datetime
    jobs: list[Job] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Deployment:
    """A commit put into an environment."""

    id: int
    project: int
    environment: str
    ref: str
    sha: str
    status: Status
    user: str
    created: datetime
    updated: datetime


@dataclass(slots=True, kw_only=True)
class PipelineState:
    """All of the pipeline in memory. Callers hold the world's lock."""

    projects: dict[int, Project] = field(default_factory=dict)
    pipelines: dict[int, Pipeline] = field(default_factory=dict)
    deployments: dict[int, Deployment] = field(default_factory=dict)
    last_id: int = 1_000

    def next_id(self) -> int:
        """A number that nothing had before."""
        self.last_id += 1
        return self.last_id

    def project(self, path_or_id: str) -> Project | None:
        """The project with this id or full path."""
        if path_or_id.isdecimal():
            return self.projects.get(int(path_or_id))
        return next((project for project in self.projects.values() if project.path == path_or_id), None)

    def new_pipeline(
        self, project: Project, ref: str, sha: str, status: Status, user: str, at: datetime, failed: str | None = None
    ) -> Pipeline:
        """Take in a pipeline with the usual jobs, all of its status; where one `failed`, those after it are skipped."""
        jobs = [Job(id=self.next_id(), name=name, stage=stage, status=status) for name, stage in STAGES]
        broken = next((place for place, job in enumerate(jobs) if job.name == failed), None)
        for place, job in enumerate(jobs):
            if broken is not None and place != broken:
                job.status = "success" if place < broken else "skipped"
            elif broken is not None:
                job.status, job.failure_reason = "failed", "script_failure"
        made = Pipeline(
            id=self.next_id(),
            project=project.id,
            ref=ref,
            sha=sha,
            status=status,
            source="push",
            user=user,
            created=at,
            updated=at,
            jobs=jobs,
        )
        self.pipelines[made.id] = made
        return made
