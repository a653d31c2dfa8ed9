"""What the twins start with, as the seed's `twins` says it; only shapes and what is wrong with them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from sandbox.twins.finance.records import Supplier
from sandbox.twins.pipeline.state import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryGroupSeed:
    """A group of the directory; members are ids of people."""

    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSeed:
    """An application that groups (by name) may use; `owner` is a person's id."""

    name: str
    owner: str
    groups: tuple[str, ...] = ()
    seats: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySeed:
    """Groups and applications; the accounts are the seed's people."""

    groups: tuple[DirectoryGroupSeed, ...] = ()
    applications: tuple[ApplicationSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSeed:
    """A budget; `owner` is a person's id."""

    id: str
    name: str
    cost_center: str
    owner: str
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceSeed:
    """Suppliers and budgets."""

    suppliers: tuple[Supplier, ...] = ()
    budgets: tuple[BudgetSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSeed:
    """A pipeline that ran; `at` is a time like an issue's, `failed` names the job that failed."""

    ref: str
    sha: str
    status: Status
    at: str
    by: str
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSeed:
    """A deployment; `at` is a time like an issue's."""

    environment: str
    ref: str
    sha: str
    status: Status
    at: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySeed:
    """A project of the pipeline."""

    id: int
    path: str
    builds: tuple[BuildSeed, ...] = ()
    deployments: tuple[DeploymentSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSeed:
    """The projects of the pipeline."""

    projects: tuple[RepositorySeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinsSeed:
    """The twins; `tokens` maps each bearer token to who acts with it."""

    tokens: dict[str, str] = field(default_factory=lambda: {"sandbox": "yardmaster"})
    directory: DirectorySeed = DirectorySeed()
    finance: FinanceSeed = FinanceSeed()
    pipeline: PipelineSeed = PipelineSeed()

    def mistakes(self, people: Collection[str]) -> Iterator[str]:
        """What is wrong, a line each: people, groups and numbers that are not there or are there twice."""
        named = [(group.name, person) for group in self.directory.groups for person in group.members]
        named += [(app.name, app.owner) for app in self.directory.applications]
        named += [(budget.name, budget.owner) for budget in self.finance.budgets]
        yield from (f"{where}: nobody is called {person!r}" for where, person in named if person not in people)
        groups = {group.name for group in self.directory.groups}
        for app in self.directory.applications:
            yield from (f"{app.name}: no group {name!r}" for name in app.groups if name not in groups)
        for what, ids in (
            ("supplier", [one.id for one in self.finance.suppliers]),
            ("budget", [one.id for one in self.finance.budgets]),
            ("pipeline project", [str(one.id) for one in self.pipeline.projects]),
        ):
            yield from (f"{what} {one!r} is there twice" for one in sorted({one for one in ids if ids.count(one) > 1}))

    def times(self) -> Iterator[tuple[str, str]]:
        """Every time that is given, and where."""
        for project in self.pipeline.projects:
            times = [*(build.at for build in project.builds), *(one.at for one in project.deployments)]
            yield from ((f"pipeline project {project.path}", at) for at in times)
