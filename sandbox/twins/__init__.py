"""Stand-ins for what else a company has: a directory of accounts (SCIM), a finance system, a pipeline's status."""
