"""A question is decided on somebody's page in App Home, and its card in the channel tells so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import chromium, window
from tests.scenarios.town import SLACK, Town

pytestmark = pytest.mark.long


def test_what_is_approved_in_app_home_is_done_and_told_on_the_card(town: Town) -> None:
    with chromium() as browser, window(browser, town.sandbox.world.places.page) as page:
        page.get_by_label("You are").select_option(SLACK["mika"])
        page.locator("#places").get_by_role("button", name="Home").click()
        mine = page.locator("#messages .home")
        expect(mine).to_contain_text("Nothing waits for you")
        page.get_by_role("button", name="Report a problem as Dana").click()
        page.get_by_label("You are").select_option(SLACK["mika"])
        page.locator("#places").get_by_role("button", name="Home").click()
        expect(mine).to_contain_text("A question waits for you")

        mine.get_by_role("button", name="Approve").click()

        expect(mine).to_contain_text("Nothing waits for you")
        assert "Approved by" in str(town.card("PAY-11", "All done"))
