"""The log of all certificates, which anybody can recount and nobody can rewrite."""
