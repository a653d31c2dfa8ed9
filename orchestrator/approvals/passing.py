"""Has somebody else asked directly, because one who may answer chose them. Pure.

Passing a question on takes nothing from anybody and gives nobody authority: all who may answer still may.
"""

from collections.abc import Collection, Mapping

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import place_of
from orchestrator.facts import Facts
from orchestrator.messages import Choice, Form, Input, Message
from rules.model import Event, Line, Person, PersonRef, Tainted
from rules.requests import Call, Request, RequestState
from rules.ruleset import Ruleset


def form(
    request: Request, giver: Person, people: Collection[Person], seen: Mapping[str, bool], carried: Mapping[str, str]
) -> Form | Message:
    """Give the form in which somebody chooses who is to be asked, or say why there is nobody to choose.

    Args:
        request: the question.
        giver: who wants somebody else asked.
        people: whom the rules name.
        seen: by their ids, whether they may browse all of the question's issues.
        carried: where an answer can go.
    """
    if request.state is not RequestState.PENDING:
        return Message(title=Line(text="It is decided already, so there is nobody to ask."))
    found = [one for one in people if one.id != giver.id and seen.get(one.id) and _may(one, request)]
    if not found:
        return Message(title=Line(text="Nobody else may answer this who was not asked directly already."))
    choices = tuple(Choice(value=one.id, label=Line(text="{0}", parts=(Tainted(text=one.name),))) for one in found)
    return Form(
        name="request.passed",
        title=Line(text="Who is to be asked?"),
        lines=(Line(text="They get it as a message of their own, and read that it comes from you."),),
        submit="Ask",
        inputs=(Input(name="whom", label="Ask", kind="one", choices=choices),),
        carried={**carried, "request": request.id, "subject": str(request.subject)},
    )


def passed(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Call | Line:
    """Give the call by which the chosen person is asked, or say why they are not."""
    giver, whom = facts.person(event.payload["user"]), facts.person(event.payload["whom"])
    place = place_of(request, event.payload["user"], event.received_at, facts, rules)
    if giver is None or isinstance(place, Line):
        return place if isinstance(place, Line) else Line(text="I do not know you.")
    if whom is None or not isinstance(place_of(request, whom.slack or "", event.received_at, facts, rules), Place):
        return Line(text="They may not answer this, so I do not ask them.")
    if whom.id == giver.id or request.called(whom.id):
        return Line(text="They were asked directly already.")
    why = Line(text="{0} passed it on", parts=(PersonRef(name=giver.name, slack=giver.slack),))
    return Call(person=whom.id, at=facts.now, kind="asked", why=why)


def _may(person: Person, request: Request) -> bool:
    barred = {person.id, person.jira, person.slack} & set(request.excluded)
    answered = any(person.id in (vote.human, vote.instead_of) for vote in request.votes)
    fit = person.linked and not person.guest and bool(set(person.roles) & request.roles)
    return fit and not barred and not answered and not request.called(person.id)
