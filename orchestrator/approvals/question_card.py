"""What is shown where somebody asks something back before they decide: their words, and how to answer. Pure."""

from collections.abc import Mapping

from orchestrator.approvals.telling import Naming, exchange, question, quoted
from orchestrator.messages import Button, Message, Section, led_by
from rules.model import Line, PersonRef, Tainted
from rules.requests import Question, Request, RequestState

_HIDDEN = Message(title=Line(text="A question that may not be shown here, because its issues may not be browsed."))


def question_card(
    request: Request, asked: Question, name: Naming, keys: Mapping[int, str], *, visible: bool
) -> Message:
    """Give the message that puts a question to who is asked, and shows what came of it.

    `name` gives people by their ids, `keys` those of the request's issues; `visible`: who reads it may browse these.
    """
    if not visible:
        return _HIDDEN
    is_open = request.state is RequestState.PENDING and not asked.answers
    whom: PersonRef | Tainted = name(asked.to) if asked.to is not None else Tainted(text="Whoever knows")
    lead = led_by("{0} is to decide: ", (_unmentioned(name(asked.by)),), question(request, keys))
    words = Line(text="*{0}, please answer first:* {1}", parts=(whom, quoted(asked.text)))
    lines = (words,) if is_open else exchange(asked, lambda id_: _unmentioned(name(id_)))
    how = Line(text="Answer in this thread or with the button. The answer is shown on the card.")
    value = {"subject": str(request.subject), "request": request.id, "question": asked.id}
    answer = Button(action="question.answer", label="Answer", value=value, style="primary")
    return Message(
        title=Line(text="A question before deciding"),
        sections=(Section(lines=(lead, *lines), buttons=(answer,) if is_open else ()),),
        footer=(how,) if is_open else (),
    )


def _unmentioned(person: PersonRef) -> PersonRef:
    """Name somebody who need not be told of it."""
    return PersonRef(name=person.name)
