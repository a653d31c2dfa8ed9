"""The Jira Software of the sandbox, `/rest/agile/1.0`: boards, sprints, backlogs. Issues stay Jira's."""
