"""Background jobs: enqueued in the business transaction, run by `lms/worker`.

A row is the truth about a job. It is claimed by a lease, so that no two workers do it at once; what
is lost with a worker that was killed is done again when its lease has run out.
"""
