"""Creates held-back issues again, one by one, as of their creation: nothing that came later leaks."""

from datetime import UTC, datetime

from sandbox.clock import epoch_ms
from sandbox.history import HistoryError, Json, issue_at_birth, jira_moment
from sandbox.jira.payloads import tell_created
from sandbox.world import World


def next_held_back(world: World) -> Json:
    """Set the clock to the next one's creation, create it and send its webhook."""
    with world.lock:
        if not world.held_back.waiting:
            raise HistoryError("there is nothing left to replay")
        payload = world.held_back.waiting.pop(0)
        world.clock.set(jira_moment(payload["fields"]["created"]))
        issue = issue_at_birth(world.jira, payload)
        world.jira.add_issue(issue)
        tell_created(world, issue, issue.creator)
        sent = epoch_ms(datetime.now(UTC))
        left = len(world.held_back.waiting)
        return {"key": issue.key, "id": str(issue.id), "left": left, "sent_epoch_ms": sent}
