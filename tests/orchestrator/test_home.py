"""Everybody's page in App Home: what they may decide, what waits for others, and nothing that they may not browse."""

from datetime import timedelta

import msgspec

from orchestrator.home.page import MOST_TO_DECIDE
from orchestrator.messages import Button
from rules.model import SlaClock, Subject, Tainted
from rules.requests import RequestState
from rules.ruleset import PersonRule, Ruleset, TeamRule
from tests.batching.bad_morning import questions, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.rulings import ruleset
from tests.fakes.written import buttons_of, told
from tests.fakes.yard import PROBLEM, Yard

HINT = "`/yard away until friday` says when you are not; `/yard delegate @somebody until friday` who answers then."


def buttons(yard: Yard, user: str) -> list[Button]:
    return buttons_of(yard.chat.homes[user])


def labels(yard: Yard, user: str) -> list[str]:
    return [button.label for button in buttons(yard, user)]


def teams() -> Ruleset:
    rules = ruleset(teams={"web": TeamRule(purpose="The shop.", projects=("WEB",))})
    mika = msgspec.structs.replace(rules.people["mika"], teams=("web",))
    return msgspec.structs.replace(rules, people={**rules.people, "mika": mika})


def test_who_may_decide_sees_the_question_with_what_changes_and_its_buttons() -> None:
    yard = Yard()
    yard.repeat()

    assert yard.open_home("UMIKA") == "\n".join(
        [
            "A question waits for you",
            "Mine to decide (1)",
            "*Is WEB-2 the same problem as WEB-1?*",
            f"WEB-2 {PROBLEM} (Open)",
            f"WEB-1 {PROBLEM} (Open)",
            "• WEB-2 links: none → _Duplicate_ of WEB-1",
            f"• WEB-2 new comment: The same problem as WEB-1: {PROBLEM}",
            "• WEB-2 status: Open → Closed, resolution: Duplicate",
            "82% sure. Expires 12:02; then nothing is done.",
            "[Approve] [Reject] [Ask a question] [Details]",
            "Mine, waiting for others",
            "Nothing that you asked for, answered or reported waits for others.",
            "At risk in my team",
            "The rules name no team of yours, so I know of none.",
            "My time",
            "The rules do not say when you work.",
            HINT,
            "Only you see this, and only what you may browse in Jira.",
        ]
    )


def test_a_click_on_the_page_is_the_same_command_as_on_the_card() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.open_home("UMIKA")
    approve = next(button for button in buttons(yard, "UMIKA") if button.label == "Approve")

    yard.command("vote.cast", "UMIKA", Subject.parse(approve.value["subject"]), request=request.id, choice="approve")
    yard.settle()

    assert yard.request(request.id).state is RequestState.APPROVED
    assert "Approved by Mika. All done." in yard.card()


def test_a_click_on_the_card_brings_all_pages_that_tell_of_it_up_to_date() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.open_home("UMIKA")
    yard.open_home("UPRIYA")

    yard.vote("UPRIYA", request)
    yard.settle()

    assert "Nothing waits for you" in yard.home("UMIKA")
    assert "Nothing waits for you" in yard.home("UPRIYA")


def test_who_reported_it_sees_what_it_waits_for_and_cannot_decide() -> None:
    yard = Yard()
    yard.repeat()

    page = yard.open_home("UDANA")

    assert "Mine, waiting for others (1)\n*Is WEB-2 the same problem as WEB-1?*\nWaits for triager;" in page
    assert labels(yard, "UDANA") == ["Details"]


def test_nothing_is_told_of_issues_that_the_reader_may_not_browse() -> None:
    yard = Yard()
    yard.repeat()
    yard.tracker.hidden[1] = {"j-mika"}

    page = yard.open_home("UMIKA")

    assert "No question that you may answer is open." in page
    assert "WEB-" not in page


def test_a_new_question_comes_onto_the_pages_of_those_who_may_answer_it() -> None:
    yard = Yard()
    assert "Nothing waits for you" in yard.open_home("UMIKA")
    yard.open_home("UTOM")

    yard.repeat()

    assert "A question waits for you" in yard.home("UMIKA")
    assert "Nothing waits for you" in yard.home("UTOM")


def test_a_page_that_was_never_opened_is_not_written() -> None:
    yard = Yard()
    yard.repeat()
    yard.approve()

    assert yard.chat.published == []


def test_a_page_that_shows_the_same_is_not_written_again() -> None:
    yard = Yard()
    yard.repeat()

    yard.open_home("UMIKA")
    yard.open_home("UMIKA")

    assert yard.chat.published == ["UMIKA"]


def test_many_changes_between_two_looks_write_a_page_once() -> None:
    yard = Yard()
    yard.open_home("UMIKA")
    for number in (1, 2, 3):
        yard.report(number, by="j-tom")
    yard.deliver()
    for number in (1, 2, 3):
        yard.look(Subject(kind="item", id=str(number)))
    before = len(yard.chat.published)

    yard.settle()

    assert len(yard.chat.published) - before == 1


def test_a_stranger_is_told_how_to_be_known() -> None:
    yard = Yard()

    page = yard.open_home("USTRANGE")

    assert "I do not know you yet" in page
    assert "people.yml" in page


def test_who_is_away_and_who_answers_for_them_stands_on_both_pages() -> None:
    yard = Yard()
    yard.open_home("UPRIYA")
    yard.open_home("UDANA")

    yard.ask("UPRIYA", "away", "until tomorrow")
    yard.ask("UPRIYA", "delegate", "dana until tomorrow")

    assert "You are away until 00:00. `/yard away off` ends it." in yard.home("UPRIYA")
    assert "Dana answers in your place until 00:00." in yard.home("UPRIYA")
    assert "You answer in the place of Priya until 00:00." in yard.home("UDANA")


def test_a_delegate_decides_in_the_givers_place_on_their_own_page() -> None:
    yard = Yard()
    yard.ask("UPRIYA", "delegate", "dana until tomorrow")
    yard.report(1, by="j-tom")
    yard.settle()
    yard.report(2, by="j-tom")
    yard.settle()

    page = yard.open_home("UDANA")

    assert "You answer in the place of Priya." in page
    assert labels(yard, "UDANA") == ["Approve", "Reject", "Ask a question", "Details"]


def test_slas_of_the_teams_projects_that_break_within_a_day_come_before_those_that_broke_the_nearest_first() -> None:
    yard = Yard(teams())
    now = yard.clock.now()
    for number, hours in ((1, 30), (2, 5), (3, -1), (4, 7), (5, -9)):
        clock = SlaClock(name="Time to resolution", breaches_at=now + timedelta(hours=hours))
        yard.report(number, f"Different matter number {number}", slas=(clock,), description=Tainted(text=""))
    yard.settle()

    page = yard.open_home("UMIKA")

    assert (
        "At risk in my team\n"
        "WEB-2 Different matter number 2: Time to resolution breaks 17:00 (20 %, usual 20 %)\n"
        "WEB-4 Different matter number 4: Time to resolution breaks 19:00 (20 %, usual 20 %)\n"
        "WEB-3 Different matter number 3: Time to resolution broke 11:00\n"
        "WEB-5 Different matter number 5: Time to resolution broke 03:00\n"
    ) in page
    assert "WEB-1" not in page.partition("At risk in my team")[2]


def test_a_team_without_risks_is_told_so() -> None:
    page = Yard(teams()).open_home("UMIKA")

    assert "No SLA of an open issue in the projects of web breaks within a day." in page


def test_of_very_many_questions_the_page_shows_those_that_end_first() -> None:
    yard = Yard()
    request = yard.repeat()
    for number in range(MOST_TO_DECIDE + 4):
        id_ = f"more-{number}"
        ends = request.expires_at + timedelta(minutes=1 + number)
        yard.memory.tables.requests[id_] = msgspec.structs.replace(request, id=id_, expires_at=ends)

    page = yard.open_home("UMIKA")

    assert f"Mine to decide ({MOST_TO_DECIDE + 5})" in page
    assert "… and 5 more, which come here as these are answered." in page
    assert labels(yard, "UMIKA").count("Approve") == MOST_TO_DECIDE


def test_somebody_without_an_account_in_jira_sees_nothing() -> None:
    rules = ruleset()
    rules = msgspec.structs.replace(
        rules, people={**rules.people, "mika": PersonRule(name="Mika", slack="UMIKA", roles=("triager",))}
    )
    yard = Yard(rules)
    yard.repeat()

    assert "WEB-" not in yard.open_home("UMIKA")


def test_a_question_about_many_is_one_question_and_who_approves_it_there_is_shown_the_odd_ones_too() -> None:
    yard = yard_with(*DEFECT[:5], look_at_under=1000)

    page = yard.open_home("UMIKA")

    assert "*Are 4 issues, WEB-2 among them, the same problem as WEB-1?*" in page
    assert "• 8 changes in 4 issues" in page
    approve = next(button for button in buttons(yard, "UMIKA") if button.label == "Approve")
    assert approve.confirm is not None
    assert "WEB-2" in told(approve.confirm)


def test_who_has_answered_sees_it_wait_for_others_and_may_take_the_answer_back() -> None:
    yard = yard_with(*DEFECT[:5], second_person_from=2)
    (question,) = questions(yard)
    yard.open_home("UMIKA")

    yard.vote("UMIKA", question)
    yard.settle()

    assert labels(yard, "UMIKA") == ["Take my answer back", "Details"]
    assert "• triager, 1 of 2 people: Mika\nYou have answered. Waits for triager;" in yard.home("UMIKA")


def test_whose_hours_the_rules_tell_counts_as_there_in_them() -> None:
    rules = ruleset()
    mika = msgspec.structs.replace(rules.people["mika"], calendar="helsinki")
    yard = Yard(msgspec.structs.replace(rules, people={**rules.people, "mika": mika}))

    assert "You count as there in your working hours." in yard.open_home("UMIKA")
