"""What a thread in Slack is about, and where one can be. Values only.

A thread is known as subjects of its kind are: `conversation:<channel>/<ts of its first message>`.
"""

from rules.canonical import Value
from rules.model import Subject


class Thread(Value, frozen=True, kw_only=True):
    """A thread, by the id of its conversation (`C0YARD/1700000000.000100`), and the item that it is about.

    `request`: the question that its first message is the card of.
    """

    id: str
    item: int
    request: str = ""

    @property
    def subject(self) -> Subject:
        """What a look at it is about."""
        return Subject(kind="conversation", id=self.id)
