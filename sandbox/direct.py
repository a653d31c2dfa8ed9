"""HTTP on this machine without a proxy, whatever the environment says. Nothing else."""

import requests


def direct_session() -> requests.Session:
    """A session that ignores proxy variables and .netrc."""
    session = requests.Session()
    session.trust_env = False
    return session
