"""A local Confluence Cloud: spaces, pages with versions, and search, under /wiki of the Jira site."""
