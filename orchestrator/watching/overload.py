"""Tells a team that more comes than its shift can do, while somebody of it is there: one message, kept true.

It is told anew at most once in a day. It asks nothing and changes nothing in Jira.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.changes import Changes, Entry, Notice, Piece
from orchestrator.forecast.queueing import Outlook
from orchestrator.gather import Gatherer
from orchestrator.messages import Section
from orchestrator.watching.crew import Crew, channel_of
from orchestrator.watching.notices import Notices, card_of
from orchestrator.watching.outlooks import chart, counts, headline
from orchestrator.watching.prospect import Prospect, Prospects, last_promise
from orchestrator.watching.telling import about, acts
from rules.canonical import digest
from rules.model import Item, Line, Moment, Subject, Tainted
from rules.ruleset import Ruleset

__all__ = ["OVERLOAD", "Overload", "is_news", "is_too_much", "notice_of"]

OVERLOAD: Final = "overload"
#: What stands is brought up to date for so long; then a new message is written.
_STANDS = timedelta(hours=20)
#: What came back after the shift could do it again is told in a message of its own after so long.
_ANEW = timedelta(hours=4)
#: The picture and the numbers of single issues may be so old.
_OLD = timedelta(hours=1)
_TOLD = 5
_FOOTER = (
    Line(text="Foretold from what usually comes and takes, what came in the last hours, and who is there when."),
    Line(text="What breaks first is done first. This message is kept true."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """The ports that this needs."""

    gatherer: Gatherer
    notices: Notices

    def watch(self, subject: Subject, crew: Crew, projects: Sequence[str], rules: Ruleset, now: datetime) -> Changes:
        """Look whether a team's shift can do what comes, and have that told.

        Raises:
            GatewayError: people or the channel cannot be told now.
        """
        mine = [one for one in projects if one in rules.watch.overload.projects]
        told = self.notices.told_to([crew.team]) if mine else ()
        standing = next((one for one in told if one.kind == OVERLOAD), None)
        here = crew.first_back is not None and crew.first_back <= now
        if not mine or (standing is None and not here):
            return Changes()
        prospect = Prospects(gatherer=self.gatherer).of(crew.team, mine, rules, now)
        told_of = prospect if prospect is not None and is_too_much(prospect.outlook, rules) else None
        stands = _ANEW if standing is not None and not standing.pieces and told_of is not None and here else _STANDS
        if standing is not None and now - standing.at < stands:
            fresh = notice_of(crew, told_of, rules, now) if told_of is not None else _over(standing)
            same = msgspec.structs.replace(fresh, id=standing.id, at=standing.at, ended=False)
            return Changes(notices=(same,)) if is_news(standing, same) else Changes()
        ended = (msgspec.structs.replace(_over(standing), ended=True),) if standing is not None else ()
        if told_of is None or not here:
            return Changes(notices=ended)
        channel = self.gatherer.chat.channel(channel_of(mine[0], rules))
        if channel is None:
            return Changes()
        notice = notice_of(crew, told_of, rules, now)
        return Changes(
            notices=(*ended, notice), cards=(card_of(notice, channel),), entries=(_entry(subject, told_of.outlook),)
        )


def is_news(standing: Notice, fresh: Notice) -> bool:
    """Tell whether a message is to be written again: at once for another sum of it, hourly for other numbers."""
    if not standing.pieces or not fresh.pieces:
        return standing != fresh
    before, after = standing.pieces[0].section, fresh.pieces[0].section
    if before.chart is None or after.chart is None or standing.items != fresh.items:
        return standing != fresh
    sums = ((one.title.text, section.lines[0]) for one, section in ((standing, before), (fresh, after)))
    return next(sums) != next(sums) or after.chart.bars[0].at - before.chart.bars[0].at >= _OLD


def notice_of(crew: Crew, prospect: Prospect, rules: Ruleset, now: datetime) -> Notice:
    """Say what is foretold of a team's queue, and which of its issues matter most."""
    outlook, items = prospect.outlook, prospect.items
    likely = sorted(outlook.chances, key=lambda one: (-one[1], last_promise(items[one[0]], now), one[0]))
    matter = [(items[id_], chance) for id_, chance in likely[:_TOLD] if chance]
    return Notice(
        id=digest([OVERLOAD, crew.team, now.isoformat()])[:20],
        kind=OVERLOAD,
        team=crew.team,
        at=now,
        title=headline(outlook, crew.team),
        pieces=(
            Piece(section=Section(lines=counts(outlook), chart=chart(prospect))),
            *(Piece(items=(item.id,), section=_section(item, chance, rules, now)) for item, chance in matter),
        ),
        footer=_FOOTER,
        readers=tuple(sorted(crew.people)),
    )


def is_too_much(outlook: Outlook, rules: Ruleset) -> bool:
    """Tell whether a team is to be told of it: more comes than the shift can do, and so many will be late."""
    return outlook.more_from is not None and outlook.late.middle >= rules.watch.overload.from_late


def _section(item: Item, chance: int, rules: Ruleset, now: datetime) -> Section:
    words = f"• {round(chance / 10)} % that it is late; promised until {{0}}."
    lines = (about(item), Line(text=words, parts=(Moment(at=last_promise(item, now)),)))
    if item.assignee is not None:
        return Section(lines=lines)
    takeable = any(waits(item, name, rules, now) for name in rules.workflows)
    return Section(lines=lines, buttons=acts(item, takeable=takeable))


def _over(standing: Notice) -> Notice:
    """Give what a message says once the shift can do what comes again."""
    told = Line(text="The shift of {0} can do what comes again", parts=(Tainted(text=standing.team),))
    return msgspec.structs.replace(standing, title=told, pieces=(), footer=())


def _entry(subject: Subject, outlook: Outlook) -> Entry:
    return Entry(
        kind="overload.told",
        subject=subject,
        at=outlook.at,
        text=Line(text="a team was told that more comes than its shift can do"),
        about=tuple(sorted(id_ for id_, chance in outlook.chances if chance)),
        data={
            "waiting": outlook.waiting,
            "coming": outlook.coming.middle,
            "late": [outlook.late.low, outlook.late.middle, outlook.late.high],
            "more_from": outlook.more_from.isoformat() if outlook.more_from is not None else None,
        },
    )
