"""What a story's people read of the bot's messages: the words as Slack shows them, not as its mark-up writes them."""

from sandbox.playing.cards import cards_on


def test_the_escapes_of_the_markup_are_read_as_the_signs_that_they_stand_for() -> None:
    block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "62 % -&gt; 21 % if R&amp;D takes OPS-9 &lt;now&gt;"},
    }
    message = {"bot_id": "B1", "ts": "1.0", "text": "", "blocks": [block]}
    (card,) = cards_on({"channels": [{"id": "C1", "name": "yard", "messages": [message]}]})
    assert "62 % -> 21 % if R&D takes OPS-9 <now>" in card.text
    assert card.keys == {"OPS-9"}
