"""Assignments: modules that officers ask of their people, with a due date, and the reminders."""
