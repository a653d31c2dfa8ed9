"""Jira: is the account known, may it do what the rules' tools need, can an issue end as the rules say, are we told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from integrations.doctor.finding import Finding, fault, tried, unchecked, warning, well
from integrations.doctor.names import names
from integrations.jira.client import Connection
from integrations.jira.gateway import JiraTracker
from integrations.jira.values import NotUnderstood, read
from integrations.jira.webhook_admin import NAME, JiraWebhooks, Webhook, address, differences
from integrations.setup.accounts import EVERYWHERE, IN_A_PROJECT
from integrations.setup.site import JiraSite
from integrations.store.merging import Known, item_of, merged
from orchestrator.agents.duplicates import ending
from orchestrator.ports import GatewayError
from rules.ruleset import Ruleset, WorkflowRule
from rules.sources import Path, Place

__all__ = ["JiraCheck"]

SYSTEM: Final = "jira"
#: In how many projects is looked: each costs a few calls.
MOST_PROJECTS: Final = 20
_NEEDS: Final = {
    "LINK_ISSUES": {"link"},
    "ADD_COMMENTS": {"comment"},
    "DELETE_OWN_COMMENTS": {"uncomment"},
    "VIEW_VOTERS_AND_WATCHERS": {"watch"},
    "MANAGE_WATCHERS": {"watch"},
    "EDIT_ISSUES": {"priority", "field", "risk"},
    "ASSIGN_ISSUES": {"assign"},
    "TRANSITION_ISSUES": {"transition"},
    "RESOLVE_ISSUES": {"transition"},
    "CREATE_ISSUES": {"create"},
}


class _Hit(msgspec.Struct, frozen=True):
    id: str
    key: str


class _Hits(msgspec.Struct, frozen=True):
    issues: tuple[_Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraCheck:
    """Reads; it changes nothing. `signed`: we know a webhook's secret; `polls`: changes are asked for."""

    connection: Connection
    site: JiraSite
    tracker: JiraTracker
    webhooks: JiraWebhooks
    url: str
    signed: bool
    polls: bool

    def account(self) -> Iterator[Finding]:
        """Look at the account and at what it may do everywhere. Raises GatewayError."""
        me = self.site.me()
        yield well(SYSTEM, f"the token is good; the bot is {me.name or me.id}")
        granted = self.site.granted(EVERYWHERE)
        for name, (words, why) in EVERYWHERE.items():
            if name in granted:
                yield well(SYSTEM, f"it has {words}")
            else:
                yield fault(SYSTEM, f"it lacks {words}: {why}", f"give it at {self.url}/secure/admin/GlobalPermissions")

    def rules(self, rules: Ruleset, place: Callable[[Path], Place]) -> Iterator[Finding]:
        """Look at what the rules name of Jira's, at projects and what it may there. Raises GatewayError.

        `place` tells where a path of the rules stands.
        """
        yield from names(SYSTEM, self.site, rules, place)
        projects = tuple(self.site.projects()) if "*" in rules.limits.projects else rules.limits.projects
        for project in projects[:MOST_PROJECTS]:
            fix = f"name a project that there is in limits.projects, and let the account browse {project}"
            yield from tried(SYSTEM, partial(self._project, project, rules), fix)
        if more := len(projects[MOST_PROJECTS:]):
            why = f"the first {MOST_PROJECTS} only are looked at"
            yield unchecked(SYSTEM, f"what it may do in {more} more of the rules' projects", why)

    def news(self) -> Iterator[Finding]:
        """Look at how we hear of changes. Raises GatewayError."""
        registered = self.webhooks.registered()
        if registered is None:
            yield unchecked(SYSTEM, "the webhook", "only who has Administer Jira is told of webhooks")
            return
        ours = [one for one in registered if one.name == NAME or one.url == address(one.url)]
        if not ours and self.polls:
            yield well(SYSTEM, "no webhook is registered; changes are found by polling")
        elif not ours:
            yield fault(
                SYSTEM, "no webhook that sends here is registered", "run `yardmaster setup --url https://YOUR-HOST`"
            )
        elif len(ours) > 1:
            screen = f"{self.url}/plugins/servlet/webhooks"
            yield warning(SYSTEM, f"{len(ours)} webhooks send here", f"delete all but one at {screen}")
        yield from (self._webhook(hook) for hook in ours)

    def _webhook(self, hook: Webhook) -> Finding:
        """Judge one that sends here; where changes are polled as well, a bad one loses nothing."""
        judged = warning if self.polls else fault
        wrong = differences(hook, address(hook.url))
        if wrong:
            return judged(SYSTEM, f"the webhook to {hook.url} is wrong: {'; '.join(wrong)}", "run `yardmaster setup`")
        if not self.signed:
            words = f"the webhook to {hook.url} is refused here; changes are found by polling"
            return judged(SYSTEM, words, "set JIRA_WEBHOOK_SECRET to its secret, or run `yardmaster setup`")
        return well(SYSTEM, f"a webhook tells of changes at {hook.url}")

    def _project(self, project: str, rules: Ruleset) -> Iterator[Finding]:
        tools = {tool for agent in rules.agents.values() for tool in agent.tools}
        needed = [name for name in IN_A_PROJECT if name not in _NEEDS or _NEEDS[name] & tools]
        granted = self.site.granted(needed, project)
        lacking = [name for name in needed if name not in granted]
        screen = f"{self.url}/plugins/servlet/project-config/{project}/permissions"
        for name in lacking:
            words, why = IN_A_PROJECT[name]
            yield fault(SYSTEM, f"in {project} it lacks {words}, {why}", f"give it at {screen}")
        if not lacking:
            yield well(SYSTEM, f"in {project} it may do all that the rules' tools need")
        if "BROWSE_PROJECTS" in granted and "transition" in tools:
            for name, workflow in rules.workflows.items():
                if workflow.close_as.statuses:
                    yield self._end(project, name, workflow)

    def _end(self, project: str, name: str, workflow: WorkflowRule) -> Finding:
        """Tell whether the newest open issue of a project could be closed as a workflow says."""
        hit = self._open_issue(project)
        if hit is None:
            return unchecked(SYSTEM, f"how an issue of {project} ends", "none is open")
        told = self.tracker.item(int(hit.id))
        item = item_of(int(hit.id), merged(Known(), told)) if told is not None else None
        if item is None:
            return unchecked(SYSTEM, f"how an issue of {project} ends", f"{hit.key} cannot be read")
        action, _ = ending(item, self.tracker.transitions(item.id), workflow.close_as)
        if action is None:
            wanted = ", ".join(workflow.close_as.statuses)
            words = f"{hit.key} in {project} could not be closed as {wanted}: its workflow offers no such transition"
            fix = f"name one of its statuses in workflows.{name}.close_as.statuses, or make its screen require no more"
            return warning(SYSTEM, f"{words}, or its screen requires more than a resolution", fix)
        return well(SYSTEM, f"{hit.key} in {project} could be closed by {action.name}")

    def _open_issue(self, project: str) -> _Hit | None:
        query = f'project = "{project}" AND statusCategory != Done ORDER BY created DESC'
        body = {"jql": query, "maxResults": 1, "fields": ["summary"]}
        found = self.connection.read("search/jql", f"looking for an open issue in {project}", body=body)
        try:
            return next(iter(read(found, _Hits).issues), None)
        except NotUnderstood as reason:
            raise GatewayError(f"what Jira found cannot be read: {reason}", retryable=False) from None
