"""JQL: a text becomes a query (`parse`), a query over a site becomes a test of issues (`test_of`). Knows no HTTP."""

from sandbox.jira.jql.evaluation import Test, check_values, sort_key, test_of
from sandbox.jira.jql.parser import parse
from sandbox.jira.jql.scope import Scope
from sandbox.jira.jql.syntax import JqlError, Query

__all__ = ["JqlError", "Query", "Scope", "Test", "check_values", "parse", "sort_key", "test_of"]
