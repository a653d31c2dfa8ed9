"""Fills the twins' state from the seed; used once, at the start."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.seed import PersonSeed, Seed, read_time
from sandbox.twins.directory.state import DirectoryState, Resource
from sandbox.twins.finance.records import Budget
from sandbox.twins.finance.state import FinanceState
from sandbox.twins.pipeline.state import Deployment, PipelineState, Project
from sandbox.twins.seed import RepositorySeed
from sandbox.twins.state import Twins

Json = dict[str, Any]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SKILLS = "urn:ietf:params:scim:schemas:extension:sandbox:2.0:Person"


def seeded_twins(seed: Seed, clock: Clock) -> Twins:
    """The twins as the seed describes them, at the clock's time."""
    now = clock.now()
    finance = FinanceState()
    finance.suppliers = {one.id: replace(one) for one in seed.twins.finance.suppliers}
    emails = {person.id: person.email for person in seed.people}
    for one in seed.twins.finance.budgets:
        about = {"cost_center": one.cost_center, "amount": one.amount, "currency": one.currency}
        finance.budgets[one.id] = Budget(id=one.id, name=one.name, owner=emails[one.owner], **about)  # type: ignore[arg-type]
    pipeline = PipelineState()
    for project in seed.twins.pipeline.projects:
        _add_project(pipeline, project, now)
    tokens = dict(seed.twins.tokens)
    return Twins(tokens=tokens, directory=_directory(seed, now), finance=finance, pipeline=pipeline)


def _directory(seed: Seed, now: datetime) -> DirectoryState:
    directory = DirectoryState()

    def add(kind: str, document: Json) -> str:
        resource = Resource(id=directory.next_id(), document=document, created=now, modified=now)
        directory.kinds[kind][resource.id] = resource
        return resource.id

    accounts = [person for person in seed.people if person.id != seed.bot and not person.is_stranger]
    people = {person.id: add("Users", _user(person)) for person in accounts}
    for person in accounts:
        if person.manager in people:
            boss = {"value": people[person.manager]}
            directory.kinds["Users"][people[person.id]].document.setdefault(ENTERPRISE, {})["manager"] = boss
    groups = {}
    for group in seed.twins.directory.groups:
        members = [{"value": people[one], "type": "User"} for one in group.members if one in people]
        groups[group.name] = add("Groups", {"displayName": group.name, "members": members})
    for app in seed.twins.directory.applications:
        said: Json = {"displayName": app.name, "owner": {"value": people.get(app.owner)}, "seats": app.seats}
        add("Applications", {**said, "groups": [{"value": groups[name], "display": name} for name in app.groups]})
    return directory


def _user(person: PersonSeed) -> Json:
    given, _, family = person.name.rpartition(" ")
    said: Json = {
        "userName": person.email,
        "externalId": person.id,
        "displayName": person.name,
        "name": {"formatted": person.name, "givenName": given or person.name, "familyName": family},
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        "timezone": person.time_zone,
        "active": person.active,
    }
    said |= {"title": person.title} if person.title else {}
    said |= {"roles": [{"value": role} for role in person.roles]} if person.roles else {}
    said |= {ENTERPRISE: {"department": person.department}} if person.department else {}
    return said | ({SKILLS: {"skills": list(person.skills)}} if person.skills else {})


def _add_project(state: PipelineState, seed: RepositorySeed, now: datetime) -> None:
    state.projects[seed.id] = project = Project(id=seed.id, path=seed.path)
    for one in seed.builds:
        state.new_pipeline(project, one.ref, one.sha, one.status, one.by, read_time(one.at, now), one.failed)
    for put in seed.deployments:
        at = read_time(put.at, now)
        about = {"environment": put.environment, "ref": put.ref, "sha": put.sha, "user": put.by}
        made = Deployment(id=state.next_id(), project=seed.id, status=put.status, created=at, updated=at, **about)
        state.deployments[made.id] = made
