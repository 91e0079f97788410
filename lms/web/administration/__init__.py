"""Pages of administrators: settings in force, mail, jobs, the audit log, accounts."""
