"""The step that writes the rules of the first project, out of what its Jira and its Slack really have.

It writes one new file, checked beforehand, and no file that is there without being told to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations import rules_files
from integrations.jira.gateway import JiraTracker
from integrations.setup.accounts import check_permissions
from integrations.setup.deciders import Deciders
from integrations.setup.desk import Desk, Refused, until_good
from integrations.setup.overlay import WORKFLOW, Choices, overlay
from integrations.setup.site import Account, JiraSite
from integrations.slack.gateway import SlackChat
from rules.loader import RulesError, load
from rules.ruleset import Ruleset, WorkflowRule

__all__ = ["FirstRules"]

_NEVER = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRules:
    """Chooses and writes. `chat` gives a Slack that remembers nothing of before, so that an invitation counts at once.

    `url` is the site's address.
    """

    desk: Desk
    packs: Path
    site: JiraSite
    url: str
    tracker: JiraTracker
    chat: Callable[[], SlackChat]

    def settle(self, known: Mapping[str, str]) -> dict[str, str]:
        """Keep the rules that are there, or write some; gives the setting that leads to them.

        Raises Refused, GatewayError, or click's exceptions where nobody is there to be asked.
        """
        place = known.get("YARDMASTER_RULES") or "rules.d"
        path = Path(place).expanduser()
        there = self._texts(path) if path.exists() else ()
        if there and "project" not in self.desk.given:
            self._tell(self._checked(there), f"The rules at {place} are good")
        else:
            self._write(path, there)
        return {"YARDMASTER_RULES": place}

    def _write(self, path: Path, there: tuple[tuple[str, str], ...]) -> None:
        project = until_good(self.desk, self._project)
        check_permissions(self.desk, self.site, self.url, project)
        target = path if path.suffix in {".yml", ".yaml"} else path / f"{project.lower()}.yml"
        others = tuple(one for one in there if one[0] != str(target))
        self._refuse_a_second_project(project, others, path)
        text = overlay(self._choices(project), self._checked(()))
        checked = self._checked((*others, (str(target), text)))
        before = target.read_text(encoding="utf-8") if target.exists() else None
        if before == text:
            self.desk.say(f"  {target} says so already.")
        elif before is None or self._may_overwrite(target):
            _put(target, text)
            self._tell(checked, f"{target} is written")
        else:
            self.desk.say(f"  {target} stays as it is (--overwrite writes it anew).")

    def _choices(self, project: str) -> Choices:
        shipped = self._checked(()).workflows[WORKFLOW]
        assignable = self.site.assignable(project)
        question = "Who decides? Addresses in Slack, with commas between; better two people than one"
        ask = self.desk
        return Choices(
            project=project,
            channel=until_good(ask, lambda desk: self._channel(desk, shipped.channel)),
            link_type=until_good(ask, lambda desk: self._link_type(desk, shipped)),
            statuses=until_good(ask, lambda desk: self._statuses(desk, project, shipped)),
            resolution=until_good(ask, lambda desk: self._resolution(desk, shipped)),
            deciders=until_good(
                ask,
                lambda desk: self._deciders(assignable).find(desk, desk.line("decider", question)),
            ),
        )

    def _project(self, desk: Desk) -> str:
        offered = self.site.projects()
        if not offered:
            raise Refused("the account may browse no project: give it Browse projects in one")
        only = next(iter(offered)) if len(offered) == 1 else None
        return desk.one_of("project", "Key of the first project", offered, only)

    def _channel(self, desk: Desk, usual: str) -> str:
        channel = "#" + desk.line("channel", "Channel to ask in", usual=usual).removeprefix("#")
        if self.chat().channel(channel) is None:
            raise Refused(f"the bot is not in {channel}: write /invite @Yardmaster there, then give its name again")
        return channel

    def _link_type(self, desk: Desk, shipped: WorkflowRule) -> str:
        offered = dict.fromkeys(self.site.link_types(), "")
        usual = shipped.link_type if shipped.link_type in offered else None
        return desk.one_of("link-type", "Link type from an issue to the one that it repeats", offered, usual)

    def _statuses(self, desk: Desk, project: str, shipped: WorkflowRule) -> tuple[str, ...]:
        offered = dict.fromkeys(self.site.closing_statuses(project), "")
        usual = next((one for one in shipped.close_as.statuses if one in offered), _NEVER)
        question = "Status that an issue ends in when it repeats another"
        chosen = desk.one_of("close-as", question, {**offered, _NEVER: "never close it"}, usual)
        return () if chosen == _NEVER else (chosen,)

    def _resolution(self, desk: Desk, shipped: WorkflowRule) -> str:
        offered = dict.fromkeys(self.site.resolutions(), "")
        usual = shipped.close_as.resolution if shipped.close_as.resolution in offered else None
        return desk.one_of("resolution", "Resolution that it gets then", offered, usual)

    def _deciders(self, assignable: Sequence[Account]) -> Deciders:
        return Deciders(chat=self.chat(), tracker=self.tracker, site=self.site, assignable=assignable)

    def _may_overwrite(self, target: Path) -> bool:
        if "overwrite" in self.desk.given:
            return True
        return self.desk.agreed(f"{target} exists and says something else. Write it anew?", usual=False)

    def _refuse_a_second_project(self, project: str, others: tuple[tuple[str, str], ...], path: Path) -> None:
        named = self._checked(others).limits.projects
        if "*" not in named and project not in named:
            raise Refused(
                f"the rules at {path} are about {', '.join(named)}: add {project} to their limits.projects,"
                " since setup writes the rules of the first project only"
            )

    def _texts(self, path: Path) -> tuple[tuple[str, str], ...]:
        try:
            return rules_files.texts(path)
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"the rules at {path} cannot be read: {error}") from None

    def _checked(self, more: tuple[tuple[str, str], ...]) -> Ruleset:
        try:
            return load([*rules_files.texts(self.packs), *more])
        except RulesError as error:
            raise Refused(f"the rules hold mistakes, mend them first:\n{error}") from None

    def _tell(self, rules: Ruleset, words: str) -> None:
        workflow = rules.workflows[WORKFLOW]
        holders = [one.name for one in rules.people.values() if workflow.approvers in one.roles]
        self.desk.say(f"  {words}: about {', '.join(rules.limits.projects)}, asked in {workflow.channel}.")
        self.desk.say(f"  Who decides: {', '.join(holders) or 'nobody yet, so nothing will be asked'}.")


def _put(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}") from None
