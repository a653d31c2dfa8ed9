"""Fills Confluence's state from the seed; used once, at the start."""

from sandbox.clock import Clock
from sandbox.confluence.state import ConfluenceState, Page, Space, Version
from sandbox.seed import Seed, read_time


def seeded_confluence(seed: Seed, clock: Clock) -> ConfluenceState:
    """Confluence as the seed describes it; a space's first page is its home."""
    state, now = ConfluenceState(), clock.now()
    people = {person.id: person.account_id or "" for person in seed.people}
    for given in seed.confluence.spaces:
        readers = None if given.readers is None else frozenset(people[person] for person in given.readers)
        space = Space(id=state.next_id(), key=given.key, name=given.name, type=given.type, created=now, readers=readers)
        state.spaces[space.id] = space
        pages: dict[str, int] = {}
        for one in given.pages:
            author, at = people[one.author], read_time(one.updated, now)
            version = Version(number=1, title=one.title, body=one.body, author=author, at=at)
            parent = pages.get(one.parent or "", space.homepage)
            page = Page(id=state.next_id(), space=space.id, author=author, versions=[version], parent=parent)
            page.labels = list(one.labels)
            pages[one.title] = state.pages.setdefault(page.id, page).id
            space.homepage = space.homepage or page.id
            space.created = min(space.created, at)
    return state
