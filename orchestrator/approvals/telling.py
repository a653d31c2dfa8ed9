"""Says how far a question is answered and who answered: on cards, in lists. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from orchestrator.approvals.quorum import Progress, standing_of
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.messages import led_by
from rules.actions import AssignAction, CreateAction, FieldAction, PriorityAction, TransitionAction
from rules.model import ItemRef, Line, Moment, Part, PersonRef, Tainted
from rules.requests import Answer, Ask, Call, Question, Request, Step, Vote

Naming = Callable[[str], PersonRef]
_MOST_QUESTIONS = 3
_LONGEST = 400


def wanted(request: Request, name: Naming) -> tuple[Line, ...]:
    """Say what is asked of people: that somebody decides, or of which step who has agreed and how many it needs."""
    steps = standing_of(request).steps
    if len(steps) == 1 and steps[0].need == 1:
        return (Line(text="*Please decide.*"),)
    told = (_step(step, one, request.votes, name) for step, one in zip(request.agreement, steps, strict=True))
    return (Line(text="*Please decide.* All of this has to be agreed to:"), *told)


def question(request: Request, keys: Mapping[int, str]) -> Line:
    """Put into words what is asked, its issues named by their keys."""
    ask = request.asks[0]
    create = next((one for one in ask.payload.actions if isinstance(one, CreateAction)), None)
    if create is not None:
        return Line(text="Create {0} in {1}?", parts=(create.summary, Tainted(text=create.project)))
    other = request.follows if request.follows is not None else ask.other
    parts = tuple(ItemRef(id=id_, key=keys.get(id_, f"#{id_}")) for id_ in (ask.payload.item, other) if id_ is not None)
    several = f"{len(request.asks)} issues, {{0}} among them," if len(request.asks) > 1 else ""
    if request.portal is not None:
        return Line(text="Is {0} approved? Jira asks that itself.", parts=parts)
    if request.wording:
        return Line(text="{0}: {1}", parts=(parts[0], Tainted(text=request.wording)))
    move = next((one for one in ask.payload.actions if isinstance(one, TransitionAction)), None)
    changed = _changed(ask, keys) if ask.payload.actions and request.undoes is None else None
    if changed is not None:
        return changed
    if other is None and move is not None:
        return Line(text="May {0} go on to {1}?", parts=(*parts, Tainted(text=move.after.name)))
    if other is None:
        return Line(text=f"Change {several.rstrip(',') or '{0}'}?", parts=parts)
    if request.follows is not None:
        return Line(text=f"Do {several} follow {{1}}?" if several else "Does {0} follow {1}?", parts=parts)
    same = f"Are {several} the same problem as {{1}}?" if several else "Is {0} the same problem as {1}?"
    return Line(text=same, parts=parts)


def _changed(ask: Ask, keys: Mapping[int, str]) -> Line | None:
    """Ask who takes an issue, whether two are swapped, or which priority one gets; None for everything else."""
    actions = ask.payload.actions
    named = {one.item: ItemRef(id=one.item, key=keys.get(one.item, f"#{one.item}")) for one in actions}
    gifts = [one for one in actions if isinstance(one, AssignAction)]
    taken = [part for one in gifts[:2] for part in (named[one.item], Tainted(text=one.name))]
    if gifts:
        also = ", and {3} {2} for it" if len(gifts) > 1 else ""
        return Line(text=f"Should {{1}} take {{0}}{also}?", parts=tuple(taken))
    (first, *more) = actions
    if more or ask.other is not None or not isinstance(first, FieldAction | PriorityAction):
        return None
    what = first.field if isinstance(first, FieldAction) else "priority"
    parts = (named[first.item], Tainted(text=what), Tainted(text=first.after or "none"))
    return Line(text="Should the {1} of {0} become {2}?", parts=parts)


def called(request: Request, name: Naming) -> tuple[Line, ...]:
    """Say who was asked directly, when and why."""
    told = (_called(one, (name(one.person), Moment(at=one.at))) for one in request.calls)
    return tuple(told)


def _called(call: Call, parts: tuple[Part, ...]) -> Line:
    if call.kind == "reminded":
        return Line(text="Reminded {0} {1}.", parts=parts)
    words = "Asked {0} directly {1}, because " if call.kind == "asked" else "Escalated to {0} {1}, because "
    return led_by(words, parts, Line(text=f"{call.why.text}.", parts=call.why.parts))


def altered_words(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Say what is changed, by the names of the fields: from what to what."""
    changed = [name for name in after if before.get(name, "") != after[name]]
    told = [f"{name} {after[name] or 'empty'} in the place of {before.get(name) or 'empty'}" for name in changed]
    return "; ".join(told) or "no change any more"


def kept(request: Request, name: Naming) -> tuple[Line, ...]:
    """Say whose yes to the former question holds for this one too."""
    held = [vote for vote in request.votes if vote.kept_from is not None]
    if not held:
        return ()
    people = list(_signed(held, name))
    named = tuple(one for pair in people for one in pair if one is not None)
    one, holds = ("The yes of", "holds") if len(held) == 1 else ("The answers of", "hold")
    text = f"{one} {_places(people)} to the former question {holds} for it too, as the rules say."
    return (Line(text=text, parts=named),)


def asked_back(request: Request, name: Naming) -> tuple[Line, ...]:
    """Say what was asked back and what was answered, the last questions; where nobody answered, who is waited for."""
    return tuple(line for one in request.questions[-_MOST_QUESTIONS:] for line in exchange(one, name))


def exchange(question: Question, name: Naming) -> Iterator[Line]:
    """Say one question and what came of it."""
    yield Line(text="{0} asked {1}: {2}", parts=(name(question.by), Moment(at=question.at), quoted(question.text)))
    for one in question.answers:
        yield _answer(one, name)
    if not question.answers:
        who = name(question.to) if question.to is not None else Tainted(text="whoever knows")
        yield Line(text="↳ no answer of {0} yet", parts=(who,))


def _answer(answer: Answer, name: Naming) -> Line:
    who = (name(answer.by), Moment(at=answer.at))
    if not answer.public:
        return Line(text="↳ {0} answered {1}, in a comment in Jira that not everybody may read", parts=who)
    return Line(text="↳ {0} answered {1}: {2}", parts=(*who, quoted(answer.text)))


def quoted(text: Tainted) -> Tainted:
    """Bring what somebody said onto one line of a few hundred characters."""
    words = " ".join(text.text.split())
    return Tainted(text=words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…", source=text.source)


def by_whom(request: Request, choice: str, name: Naming) -> tuple[str, tuple[PersonRef, ...]]:
    """Give who approved, or who rejected, as a text with places and those people; "the rules" where nobody did."""
    people = list(_signed((vote for vote in request.votes if vote.choice == choice), name))
    if not people:
        return "{0}", (PersonRef(name="the rules"),)
    return _places(people), tuple(one for pair in people for one in pair if one is not None)


def halved(records: Sequence[ActionRecord], back: Sequence[ActionRecord]) -> Line:
    """Say that only one half of a swap could be done, and what becomes of that half."""
    why = Tainted(text="; ".join(one.error or "" for one in records if one.state is RecordState.FAILED))
    if any(one.state is RecordState.FAILED for one in back):
        left = Tainted(text="; ".join(one.error or "" for one in back))
        words = "*Only one half is done, and it could not be taken back.* Please look in Jira. {0}; {1}"
        return Line(text=words, parts=(why, left))
    done = bool(back) and all(one.state is RecordState.DONE for one in back)
    said = "so the other was taken back" if done else "so the other is being taken back"
    return Line(text=f"*Not done:* one half of it could not be done, {said}. {{0}}", parts=(why,))


def _step(step: Step, progress: Progress, votes: Sequence[Vote], name: Naming) -> Line:
    unit = "weight" if step.weight is not None else "person" if progress.need == 1 else "people"
    after = "" if progress.is_open else " (asked once the others before it are agreed to)"
    mark = "✓" if progress.is_done else "•"
    agreed = [vote for vote in votes if vote.choice == "approve" and set(vote.roles) & set(step.roles)]
    people = list(_signed(agreed, name))
    by = f": {_places(people, 1)}" if people else ""
    named = tuple(one for pair in people for one in pair if one is not None)
    words = f"{mark} {{0}}, {min(progress.have, progress.need)} of {progress.need} {unit}{after}{by}"
    return Line(text=words, parts=(Tainted(text=step.name), *named))


def _signed(votes: "Iterator[Vote] | Sequence[Vote]", name: Naming) -> Iterator[tuple[PersonRef, PersonRef | None]]:
    for vote in votes:
        yield name(vote.human), name(vote.instead_of) if vote.instead_of else None


def _places(people: Sequence[tuple[PersonRef, PersonRef | None]], first: int = 0) -> str:
    """Write who answered with places for their names: "{0} and {1} for {2}"."""
    texts, place = [], first
    for _, giver in people:
        texts.append(f"{{{place}}}" if giver is None else f"{{{place}}} for {{{place + 1}}}")
        place += 1 if giver is None else 2
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
