"""A Jira that keeps issues, links, comments and statuses, and sends a webhook for each change, the bot's included."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from orchestrator.ports import DeskAnswer, DeskApproval, GatewayError, Receipt, Remark, Remarks
from rules.actions import (
    NEW,
    Action,
    AnswerAction,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    IssueForm,
    LinkAction,
    OpenTransition,
    PriorityAction,
    Project,
    RewordAction,
    RiskAction,
    ScreenField,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.canonical import plain
from rules.model import Event, FieldChange, Item, ItemLink, Line, Snapshot, Status, Subject, Tainted, words_of

BOT = "j-bot"
OPEN = Status(id="1", name="Open", category="new")
BUSY = Status(id="3", name="In Progress", category="indeterminate")
CLOSED = Status(id="6", name="Closed", category="done")
_RESOLUTION = ScreenField(id="resolution", name="Resolution", allowed=("Done", "Duplicate"))
TRANSITIONS = {
    OPEN.id: (
        OpenTransition(id="11", name="Start", to=BUSY),
        OpenTransition(id="21", name="Close", to=CLOSED, required=(_RESOLUTION,)),
    ),
    BUSY.id: (OpenTransition(id="21", name="Close", to=CLOSED, required=(_RESOLUTION,)),),
    CLOSED.id: (OpenTransition(id="31", name="Reopen", to=OPEN),),
}


def forms_of(project: str) -> dict[str, dict[str, IssueForm]]:
    """Give what a project takes: bugs and tasks, of which a person may be named as the reporter."""
    reporter = ScreenField(id="reporter", name="Reporter")
    needed = (ScreenField(id="project", name="Project"), ScreenField(id="summary", name="Summary"))
    made = {
        name: IssueForm(project=project, type=name, required=needed, optional=(reporter,)) for name in ("Bug", "Task")
    }
    return {project: made}


@dataclass
class Comment:
    """A comment as it stands; `mark` is the property that its writer left on it."""

    id: str
    item: int
    text: str
    mark: str = ""
    internal: bool = False
    author: str = BOT
    updated: int = 0


@dataclass
class FakeTracker:
    """Issues by id, and by project the `forms` for new ones, which those who are `barred` may not create.

    `failures` are raised by the next calls of `perform`; `lost`: done, but its answer never came.

    While it is `away`, each call raises that.
    """

    now: Callable[[], datetime]
    issues: dict[int, Item] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    watching: dict[int, set[str]] = field(default_factory=dict)
    hidden: dict[int, set[str]] = field(default_factory=dict)
    transitions_of: dict[str, tuple[OpenTransition, ...]] = field(default_factory=lambda: dict(TRANSITIONS))
    webhooks: list[Event] = field(default_factory=list)
    performed: list[tuple[Action, str]] = field(default_factory=list)
    failures: list[GatewayError] = field(default_factory=list)
    emails: dict[str, str] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    moves: dict[int, list[FieldChange]] = field(default_factory=dict)
    fields: dict[int, dict[str, str]] = field(default_factory=dict)
    risks: dict[int, dict[str, object]] = field(default_factory=dict)
    desk: dict[int, tuple[DeskApproval, ...]] = field(default_factory=dict)
    forms: dict[str, dict[str, IssueForm]] = field(default_factory=lambda: forms_of("PAY") | forms_of("WEB"))
    barred: dict[str, set[str]] = field(default_factory=dict)
    search_lag: timedelta = timedelta(0)
    away: GatewayError | None = None
    lost: int = 0
    sends: int = 0

    def account(self) -> str:
        self._be_there()
        return BOT

    def account_of(self, email: str) -> str | None:
        return self.emails.get(email)

    def item(self, item: int) -> Snapshot | None:
        self._be_there()
        if item not in self.issues:
            return None
        return msgspec.structs.replace(self.snapshot(self.issues[item]), changes=tuple(self.moves.get(item, ())))

    def values(self, item: int, fields: Collection[str]) -> dict[str, str]:
        self._be_there()
        return {name: self.fields.get(item, {}).get(name, "") for name in fields}

    def approvals(self, item: int) -> tuple[DeskApproval, ...]:
        self._be_there()
        return self.desk.get(item, ())

    def item_by_key(self, key: str) -> Snapshot | None:
        self._be_there()
        return next((self.snapshot(one) for one in self.issues.values() if one.key == key), None)

    def transitions(self, item: int) -> tuple[OpenTransition, ...]:
        return self.transitions_of.get(self.issues[item].status.id, ())

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        self._be_there()
        return frozenset(id_ for id_ in items if id_ in self.issues and account not in self.hidden.get(id_, set()))

    def remarks(self, item: int) -> Remarks:
        self._be_there()
        mine = [self._remark(one) for one in self.comments if one.item == item]
        return Remarks(remarks=tuple(reversed(mine[-100:])), whole=len(mine) <= 100)

    def remark(self, item: int, comment: str) -> Remark | None:
        self._be_there()
        found = (self._remark(one) for one in self.comments if (one.item, one.id) == (item, comment))
        return next(found, None)

    def _remark(self, one: Comment) -> Remark:
        return Remark(
            id=one.id,
            author=one.author,
            name=one.author.removeprefix("j-").title(),
            text=one.text,
            updated=str(one.updated),
            public=not one.internal,
            mark=one.mark or None,
        )

    def say(self, item: int, by: str, words: str, *, internal: bool = False) -> str:
        """Somebody comments."""
        self.sends += 1
        self.comments.append(Comment(str(10_000 + self.sends), item, words, internal=internal, author=by))
        self.tell(item, by)
        return self.comments[-1].id

    def resay(self, comment: str, words: str, *, internal: bool = False) -> None:
        """Somebody edits their comment."""
        one = next(one for one in self.comments if one.id == comment)
        one.text, one.updated, one.internal = words, one.updated + 1, internal
        self.send("jira.comment_updated", one.item, {"actor": one.author})

    def unsay(self, comment: str) -> None:
        """Somebody deletes their comment."""
        one = next(one for one in self.comments if one.id == comment)
        self.comments.remove(one)
        self.send("jira.comment_deleted", one.item, {"actor": one.author})

    def watchers(self, item: int) -> frozenset[str] | None:
        self._be_there()
        return frozenset(self.watching.get(item, ())) if item in self.issues else None

    def projects(self, account: str) -> tuple[Project, ...]:
        self._be_there()
        return tuple(Project(key=key, name=f"The {key}") for key in sorted(self.forms) if self.may_create(account, key))

    def may_create(self, account: str, project: str) -> bool:
        return project in self.forms and account not in self.barred.get(project, set())

    def types(self, project: str) -> tuple[str, ...]:
        return tuple(self.forms.get(project, {}))

    def form(self, project: str, type_: str) -> IssueForm | None:
        return self.forms.get(project, {}).get(type_)

    def url_of(self, key: str) -> str:
        return f"https://jira.test/browse/{key}"

    def perform(self, action: Action, mark: str) -> Receipt:
        self._be_there()
        if self.failures:
            raise self.failures.pop(0)
        needed = {action.item, action.other} if isinstance(action, LinkAction) else {action.item} - {NEW}
        if not needed <= self.issues.keys():
            raise GatewayError("there is no such issue", retryable=False)
        receipt = self._do(action, mark)
        self.performed.append((action, mark))
        if self.lost:
            self.lost -= 1
            raise GatewayError("no answer in time", retryable=True, in_doubt=True)
        return receipt

    def find(self, action: Action, mark: str) -> Receipt | None:
        if isinstance(action, CreateAction):
            found = self.marks.get(mark)
            shown = found is not None and self.now() - self.issues[found].created >= self.search_lag
            return Receipt(id=str(found), note=self.issues[found].key) if shown and found else None
        if action.item not in self.issues:
            return None
        item = self.issues[action.item]
        if isinstance(action, LinkAction | UnlinkAction):
            link = next((one for one in item.links if (one.other, one.type) == (action.other, action.type)), None)
            found = (link is not None) == isinstance(action, LinkAction)
            return Receipt(id=link.id if link else "") if found else None
        if isinstance(action, CommentAction):
            return next((Receipt(id=one.id) for one in self.comments if one.mark == mark), None)
        if isinstance(action, RewordAction | UncommentAction):
            said = next((one.text for one in self.comments if one.id == action.comment), None)
            wanted = as_written(action.text) if isinstance(action, RewordAction) else None
            return Receipt(id=action.comment) if said == wanted else None
        if isinstance(action, WatchAction | UnwatchAction):
            watches = action.account in self.watching.get(action.item, ())
            return Receipt(id=action.account) if watches == isinstance(action, WatchAction) else None
        if isinstance(action, AnswerAction | PriorityAction | FieldAction | RiskAction | AssignAction):
            return self._filled(action)
        return Receipt(id=item.status.id) if item.status.id == action.after.id else None

    def _be_there(self) -> None:
        if self.away is not None:
            raise self.away

    def _do(self, action: Action, mark: str) -> Receipt:
        if isinstance(action, CreateAction):
            return self._create(action, mark)
        if isinstance(action, LinkAction):
            return self.link(action.item, action.other, action.type, BOT)
        if isinstance(action, UnlinkAction):
            self.unlink(action.item, action.other, BOT, action.type)
            return Receipt()
        if isinstance(action, CommentAction | RewordAction | UncommentAction):
            return self._written(action, mark)
        if isinstance(action, WatchAction | UnwatchAction):
            there = self.watching.setdefault(action.item, set())
            (there.add if isinstance(action, WatchAction) else there.discard)(action.account)
            return Receipt(id=action.account)
        if isinstance(action, RiskAction):
            self.risks.pop(action.item, None)
            self.risks |= {action.item: action.after} if action.after is not None else {}
            return Receipt()
        if isinstance(action, AnswerAction | PriorityAction | FieldAction | AssignAction):
            return self._fill(action)
        return self._move(action)

    def _value(self, action: PriorityAction | FieldAction | AssignAction) -> str | None:
        if isinstance(action, FieldAction):
            return self.fields.get(action.item, {}).get(action.field, "")
        item = self.issues[action.item]
        return item.priority if isinstance(action, PriorityAction) else item.assignee

    def _fill(self, action: AnswerAction | PriorityAction | FieldAction | AssignAction) -> Receipt:
        if isinstance(action, AnswerAction):
            return self._answer(action)
        if isinstance(action, FieldAction):
            self.fields.setdefault(action.item, {})[action.field] = action.after
            self.tell(action.item, BOT)
        else:
            field = "priority" if isinstance(action, PriorityAction) else "assignee"
            self.change(action.item, by=BOT, **{field: action.after})
        return Receipt()

    def _written(self, action: CommentAction | RewordAction | UncommentAction, mark: str) -> Receipt:
        if isinstance(action, CommentAction):
            self.tell(action.item, BOT)
            id_ = str(10_000 + self.sends)
            self.comments.append(Comment(id_, action.item, as_written(action.text), mark, action.internal))
            return Receipt(id=self.comments[-1].id)
        if isinstance(action, RewordAction):
            return self._reword(action)
        ours = as_written(action.text)
        if any(one.id == action.comment and one.text != ours for one in self.comments):
            raise GatewayError("the comment was changed by somebody, so it is left as it is", retryable=False)
        self.comments = [one for one in self.comments if one.id != action.comment]
        self.tell(action.item, BOT)
        return Receipt(id=action.comment)

    def _reword(self, action: RewordAction) -> Receipt:
        one = next((one for one in self.comments if one.id == action.comment), None)
        if one is None or one.text != as_written(action.before):
            raise GatewayError("the comment was changed by somebody, so it is left as it is", retryable=False)
        one.text, one.updated = as_written(action.text), one.updated + 1
        self.send("jira.comment_updated", action.item, {"actor": BOT})
        return Receipt(id=action.comment)

    def _create(self, action: CreateAction, mark: str) -> Receipt:
        id_ = self.marks[mark] = max([*self.issues, 1000]) + 1
        key = f"{action.project}-{id_}"
        item = Item(
            id=id_,
            key=key,
            project=action.project,
            summary=action.summary,
            type=action.type,
            status=OPEN,
            created=self.now(),
            updated=self.now(),
            description=Tainted(text=as_written(action.description)),
            reporter=action.reporter or BOT,
        )
        self.add(item, BOT)
        return Receipt(id=str(id_), note=key)

    def _filled(
        self, action: AnswerAction | PriorityAction | FieldAction | RiskAction | AssignAction
    ) -> Receipt | None:
        if isinstance(action, RiskAction):
            return Receipt() if self.risks.get(action.item) == action.after else None
        if not isinstance(action, AnswerAction):
            return Receipt() if self._value(action) == action.after else None
        said = [one for desk in self.desk.get(action.item, ()) for one in desk.answers if one.decision != "pending"]
        return Receipt(id=action.approval) if any(one.account == action.account for one in said) else None

    def _answer(self, action: AnswerAction) -> Receipt:
        """Count an answer: one decline declines, all have to approve. Who moves the issue then is the test's."""
        [asked] = (one for one in self.desk[action.item] if one.id == action.approval)
        said = {one.account: one.decision for one in asked.answers}
        said[action.account] = "approved" if action.choice == "approve" else "declined"
        stands = set(said.values())
        answers = tuple(DeskAnswer(account=account, decision=given) for account, given in said.items())
        made = msgspec.structs.replace(asked, answers=answers)
        if "declined" in stands or stands == {"approved"}:
            made = msgspec.structs.replace(made, decision="declined" if "declined" in stands else "approved")
        self.desk[action.item] = tuple(made if one is asked else one for one in self.desk[action.item])
        return Receipt(id=action.approval)

    def _move(self, action: TransitionAction) -> Receipt:
        open_now = {one.id: one for one in self.transitions(action.item)}
        if action.transition not in open_now:
            raise GatewayError("the transition is not open", retryable=False)
        resolution = action.fields.get("resolution", {}).get("name")
        self.change(action.item, by=BOT, status=open_now[action.transition].to, resolution=resolution)
        return Receipt(id=action.after.id)

    def link(self, item: int, other: int, type_: str, by: str) -> Receipt:
        id_ = f"{item}-{other}-{type_}"
        if any(one.id == id_ for one in self.issues[item].links):
            return Receipt(id=id_)
        for one, far, way in ((item, other, "outward"), (other, item, "inward")):
            key = self.issues[far].key
            made = msgspec.convert(
                {"id": id_, "type": type_, "direction": way, "other": far, "other_key": key}, ItemLink
            )
            self.issues[one] = msgspec.structs.replace(self.issues[one], links=(*self.issues[one].links, made))
        self.tell(item, by)
        return Receipt(id=id_)

    def unlink(self, item: int, other: int, by: str, type_: str = "") -> None:
        for one, far in ((item, other), (other, item)):
            if one not in self.issues:
                continue
            kept = tuple(link for link in self.issues[one].links if link.other != far or type_ not in ("", link.type))
            self.issues[one] = msgspec.structs.replace(self.issues[one], links=kept)
        self.tell(item, by)

    def add(self, item: Item, by: str) -> None:
        self.issues[item.id] = item
        self.send("jira.issue_created", item.id, {"actor": by, "snapshot": plain(self.snapshot(item))})

    def change(self, item: int, by: str, **fields: object) -> None:
        """Change an issue; its `updated` moves on."""
        old = self.issues[item]
        updated = max(self.now(), old.updated + timedelta(milliseconds=1))
        if fields.get("status", old.status) != old.status:
            self._moved(item, by, updated, fields["status"])
        self.issues[item] = msgspec.structs.replace(old, updated=updated, **fields)
        snapshot = plain(self.snapshot(self.issues[item]))
        self.send("jira.issue_updated", item, {"actor": by, "snapshot": snapshot})

    def _moved(self, item: int, by: str, at: datetime, to: object) -> None:
        moves = self.moves.setdefault(item, [])
        id_ = f"{item * 100 + len(moves)}:0"
        moves.append(FieldChange(id=id_, at=at, author=by, field="status", after_text=getattr(to, "name", None)))

    def delete(self, item: int, by: str) -> None:
        gone = self.issues.pop(item)
        for link in gone.links:
            self.unlink(link.other, item, by)
        snapshot = Snapshot(id=gone.id, key=gone.key, updated=self.now(), deleted=True)
        self.send("jira.issue_deleted", item, {"actor": by, "snapshot": plain(snapshot)})

    def tell(self, item: int, by: str) -> None:
        """Send a webhook that does not carry the issue."""
        self.send("jira.comment_created", item, {"actor": by})

    def send(self, name: str, item: int, payload: dict[str, object]) -> None:
        self.sends += 1
        self.webhooks.append(
            Event(
                id=f"hook-{self.sends}",
                kind="signal",
                name=name,
                source="jira",
                subject=Subject(kind="item", id=str(item)),
                received_at=self.now(),
                payload=payload,
            )
        )

    def snapshot(self, item: Item) -> Snapshot:
        fields = {name: plain(getattr(item, name)) for name in item.__struct_fields__ if name not in ("id", "deleted")}
        return Snapshot(id=item.id, key=item.key, updated=item.updated, fields=fields)


def as_written(line: Line) -> str:
    """Write a text without any mark-up."""
    parts = (words_of(part) for part in line.parts)
    return line.text.format(*parts)
