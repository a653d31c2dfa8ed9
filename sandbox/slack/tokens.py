"""oauth.v2.access, auth.revoke, tooling.tokens.rotate: how the bot comes to its tokens. Their life is real time.

A code gives a token that lasts 12 hours and one to refresh it with; a refresh token works once.
"""

import secrets
import time
import urllib.parse

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Json
from sandbox.slack.state import SlackState

TOKEN_LIFE_S = 12 * 3600


def access(call: SlackCall) -> Json:
    """oauth.v2.access: a code, or a refresh token, for a token of the bot."""
    kept, kind = call.slack.authorization, call.text("grant_type") or "authorization_code"
    client_id, secret = call.credentials()
    if client_id != kept.client_id:
        raise SlackError("invalid_client_id")
    if secret != kept.client_secret:
        raise SlackError("bad_client_secret")
    if kind not in ("authorization_code", "refresh_token"):
        raise SlackError("invalid_grant_type")
    if kind == "refresh_token":
        if call.text("refresh_token") not in kept.refresh:
            raise SlackError("invalid_refresh_token")
        kept.refresh.discard(call.needed("refresh_token"))
        return _granted(call.slack, "")
    user = kept.codes.pop(call.text("code") or "", None)
    if user is None:
        raise SlackError("invalid_code")
    return _granted(call.slack, user)


def revoke(call: SlackCall) -> Json:
    """auth.revoke: the token of the call works no more; with `test`, nothing happens."""
    if call.flag("test"):
        return {"revoked": False}
    call.slack.authorization.revoked.add(call.token)
    call.effect("token.revoked", None, "")
    return {"revoked": True}


def rotate_configuration(call: SlackCall) -> Json:
    """tooling.tokens.rotate: a refresh token for a configuration token, and the next refresh token."""
    slack, old = call.slack, call.needed("refresh_token")
    if old not in slack.authorization.refresh:
        raise SlackError("invalid_refresh_token")
    slack.authorization.refresh.discard(old)
    now = int(time.time())
    token, fresh = f"xoxe.xoxp-{secrets.token_hex(12)}", _new_refresh(slack)
    slack.authorization.configuration[token] = time.monotonic() + TOKEN_LIFE_S
    return {
        "token": token,
        "refresh_token": fresh,
        "team_id": slack.team["id"],
        "user_id": slack.bot_user_id,
        "iat": now,
        "exp": now + TOKEN_LIFE_S,
    }


def authorize(slack: SlackState, asked: dict[str, str], user: str) -> str:
    """Where the browser of somebody who allows the app goes next: the app's address with a code."""
    code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
    slack.authorization.codes[code] = user
    said = urllib.parse.urlencode({"code": code, "state": asked.get("state", "")})
    return f"{asked['redirect_uri']}{'&' if '?' in asked['redirect_uri'] else '?'}{said}"


def standing(slack: SlackState, token: str, kind: str) -> str | None:
    """What is wrong with a token where one of a kind (bot, app, configuration) is needed; None when nothing is."""
    kept = slack.authorization
    kinds = {
        "bot": {slack.bot_token: float("inf"), **kept.access},
        "app": {slack.app_token: float("inf")},
        "configuration": kept.configuration,
    }
    if token in kept.revoked:
        return "token_revoked"
    if token not in kinds[kind]:
        return "not_allowed_token_type" if any(token in known for known in kinds.values()) else "invalid_auth"
    return "token_expired" if kinds[kind][token] < time.monotonic() else None


def _granted(slack: SlackState, user: str) -> Json:
    token = f"xoxe.xoxb-{secrets.token_hex(12)}"
    slack.authorization.access[token] = time.monotonic() + TOKEN_LIFE_S
    return {
        "access_token": token,
        "expires_in": TOKEN_LIFE_S,
        "refresh_token": _new_refresh(slack),
        "token_type": "bot",
        "scope": ",".join(sorted(slack.scopes)),
        "bot_user_id": slack.bot_user_id,
        "app_id": slack.app_id,
        "team": {"id": slack.team["id"], "name": slack.team["name"]},
        "enterprise": None,
        "is_enterprise_install": False,
        **({"authed_user": {"id": user}} if user else {}),
    }


def _new_refresh(slack: SlackState) -> str:
    token = f"xoxe-1-{secrets.token_hex(12)}"
    slack.authorization.refresh.add(token)
    return token
