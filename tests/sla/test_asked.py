"""`/yard sla`: from what Jira told to the answer in Slack."""

from datetime import timedelta

import msgspec

from integrations.jira.translate import event
from orchestrator.sla.remarks import remarks
from rules.canonical import plain
from rules.model import FieldChange, SlaClock, Snapshot, Tainted
from rules.ruleset import TeamRule
from rules.slas import GoalRule
from tests.fakes.rulings import ruleset
from tests.fakes.staff import person, staffed
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.integrations.jira.payloads import comment_webhook
from tests.sla.past import RESOLUTION, after

RESPONSE = msgspec.structs.replace(
    RESOLUTION,
    when="item.project == 'WEB'",
    stops=("comment for customers",),
    pauses=(),
    goals=(GoalRule(within="4h"),),
)


def yard() -> Yard:
    made = Yard(ruleset(slas={"First response": RESPONSE}))
    made.report(1)
    made.settle()
    return made


def say(made: Yard, by: str, *, public: bool, number: str = "7") -> None:
    made.clock.pass_by(minutes=90)
    comment = {"id": number, "author": by, "text": plain(Tainted(text="secret")), "public": public}
    told = {**comment, "at": plain(made.clock.now())}
    made.tracker.send("jira.comment_created", 1, {"actor": by, "comment": told})
    made.settle()


def asked(made: Yard) -> str:
    return written(made.ask("UTOM", "sla", "WEB-1"))


def test_a_public_answer_stops_what_was_promised_as_a_response() -> None:
    made = yard()
    assert "Running: 0 min used, 4 h left" in asked(made).replace("*", "")

    say(made, "j-tom", public=False)
    assert "Running: 1 h 30 min used" in asked(made).replace("*", "")
    say(made, "j-tom", public=True, number="8")

    assert "Met with 1 h to spare" in asked(made).replace("*", "")


def test_what_somebody_wrote_is_not_kept_with_when_they_did() -> None:
    made = yard()
    say(made, "j-tom", public=True)

    kept = made.memory.items.changed([1], ("comment",))[1]

    assert [(one.id, one.after) for one in kept] == [("comment:7", "public")]
    assert "secret" not in str(kept)


def test_nothing_is_promised_about_other_issues() -> None:
    made = yard()
    made.report(2, project="SHOP")
    made.settle()

    assert "promise nothing" in written(made.ask("UTOM", "sla", "SHOP-2"))


def test_who_may_not_browse_an_issue_is_not_told_of_its_clocks() -> None:
    made = yard()
    made.tracker.hidden[1] = {"j-tom"}

    assert "I know no issue WEB-1" in asked(made)


def test_jiras_own_clock_of_that_name_is_told_and_ours_is_not() -> None:
    made = yard()
    ends = made.clock.now() + timedelta(hours=1)
    made.report(3, slas=(SlaClock(name="first Response", breaches_at=ends),))
    made.settle()

    found = written(made.ask("UTOM", "sla", "WEB-3"))

    assert "as Jira Service Management tells it" in found
    assert "left; breaks" not in found


def test_a_webhook_tells_when_a_comment_was_written_and_who_may_read_it() -> None:
    told = event(comment_webhook(created="2026-03-02T10:00:00.000+0100", jsdPublic=False), "d1", after(9))

    (remark,) = remarks([told])

    assert (remark.id, remark.at, remark.after) == ("comment:77", after(0), "internal")


def test_an_event_of_before_that_does_not_say_when_is_passed_over() -> None:
    assert list(remarks([event(comment_webhook(), "d1", after(9))])) == []


def test_hand_offs_between_teams_start_clocks_and_it_is_told_who_had_it() -> None:
    taken = msgspec.structs.replace(
        RESPONSE, starts=("handed to team second",), stops=("comment by team second", "handed from team second")
    )
    people = {name: person(name, teams=(team,)) for name, team in (("mika", "first"), ("priya", "second"))}
    teams = {name: TeamRule(purpose="x") for name in ("first", "second")}
    slas = {"Taken over": taken, "Fixed": RESPONSE}
    made = Yard(msgspec.structs.replace(staffed(people=people), teams=teams, slas=slas))
    made.report(1, assignee="j-mika")
    made.clock.pass_by(hours=1)
    entry = FieldChange(id="1:a", at=made.clock.now(), author=None, field="assignee", before="j-mika", after="j-priya")
    made.memory.items.merge([Snapshot(id=1, key="WEB-1", changes=(entry,))])
    made.tracker.change(1, "j-mika", assignee="j-priya")
    made.settle()
    made.clock.pass_by(minutes=30)

    told = asked(made).replace("*", "")

    assert "Taken over\nRunning: 30 min used, 3 h 30 min left" in told
    assert "Who had it: first 1 h, second 30 min." in told


def test_it_is_told_how_likely_the_clock_breaks() -> None:
    found = asked(yard())

    assert "20 % that it breaks (usual 20 %)" in found.replace("*", "")
    assert "Nothing is known yet" in found


def test_clocks_of_the_rules_weigh_as_those_of_jira_do() -> None:
    made = yard()
    made.report(2, "another thing")
    made.clock.pass_by(hours=3, minutes=30)
    made.settle()

    told = written(made.ask("UTOM", "queue", "WEB"))

    assert "8 for an SLA that breaks within the hour" in told
    assert "First response of WEB-1 breaks first" in written(made.ask("UTOM", "impact", "WEB-1"))
