"""The gates of the rules: does Jira have the statuses and the fields that they name. It reads and changes nothing.

A status that is misspelt would let an item wait without anybody being asked, and no error would ever tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from integrations.doctor.finding import Finding, fault, well
from integrations.setup.site import JiraSite
from rules.ruleset import Ruleset

__all__ = ["gates"]


def gates(system: str, site: JiraSite, rules: Ruleset) -> Iterator[Finding]:
    """Look at what the gates name; nothing is asked where there are none. Raises GatewayError."""
    declared = {name: workflow.gate for name, workflow in rules.workflows.items() if workflow.gate is not None}
    if not declared:
        return
    statuses, fields = site.statuses(), site.fields()
    for name, gate in declared.items():
        wanted = [("status", one, statuses) for one in (gate.on_status, *gate.statuses)]
        wanted += [("field", one, fields) for one in gate.bound]
        missing = [(what, one, there) for what, one, there in wanted if one not in there]
        for what, one, there in missing:
            near = get_close_matches(one, there, 3, 0.4)
            fix = f"write {' or '.join(near) or 'one that there is'} in workflows.{name}.gate"
            yield fault(system, f"there is no {what} {one!r}", fix)
        if not missing:
            yield well(system, f"the statuses and fields of the gate {name} exist")
