"""What administrators see and do: the audit log, accounts, mail that failed, jobs."""
