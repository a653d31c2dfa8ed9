"""The pages on which people let the app act as them, and take that back. They do nothing."""

from html import escape

from sandbox.jira.records import Account

WORDS = {
    "read:jira-user": "View your Jira profile",
    "read:jira-work": "View Jira issue data",
    "write:jira-work": "Create and manage issues",
    "read:servicedesk-request": "View Jira Service Management requests",
    "write:servicedesk-request": "Create and manage Jira Service Management requests, and answer their approvals",
    "offline_access": "Do so while you are not there",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f7f8f9;color:#172b4d}
main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #dfe1e6;border-radius:4px}
h1{font-size:1.25rem;line-height:1.3;margin:0 0 1rem}ul{padding-left:1.25rem}
label,select{display:block;width:100%;box-sizing:border-box}select{font:inherit;padding:.5rem;margin:.25rem 0 1rem}
button{font:inherit;padding:.5rem 1rem;border:0;border-radius:3px;background:#0c66e4;color:#fff;cursor:pointer}
button.no{background:#091e420f;color:#172b4d;margin-left:.5rem}small{color:#626f86}
"""


def consent_page(asked: dict[str, str], people: list[Account], site: str) -> str:
    """Ask whoever is logged in whether the app may; whoever that is, is chosen on the page."""
    hidden = "".join(_hidden(name, value) for name, value in asked.items())
    may = "".join(f"<li>{escape(WORDS.get(scope, scope))}</li>" for scope in asked["scope"].split())
    who = "".join(f'<option value="{escape(one.account_id)}">{escape(one.name)}</option>' for one in people)
    return _page(
        "The app requests access to your Atlassian account",
        f"<p>On <strong>{escape(site)}</strong> it would like to:</p><ul>{may}</ul>"
        f'<form method="post">{hidden}<label for="account">You are logged in as</label>'
        f'<select id="account" name="account">{who}</select>'
        '<button name="answer" value="accept">Accept</button>'
        '<button class="no" name="answer" value="cancel">Cancel</button></form>'
        "<p><small>The sandbox believes whom you say you are.</small></p>",
    )


def apps_page(people: list[Account]) -> str:
    """List who let the app act as them, each with a button that takes it back."""
    rows = "".join(
        f'<form method="post"><p>{escape(one.name)} {_hidden("account", one.account_id)}'
        '<button class="no">Remove access</button></p></form>'
        for one in people
    )
    return _page("Connected apps", rows or "<p>Nobody lets the app act as them.</p>")


def wrong_page(words: str) -> str:
    """Say what is wrong with the address that somebody followed."""
    return _page("Something went wrong", f"<p>{escape(words)}</p>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
