"""The state's record: each certificate of an opted-in institution stands in its holder's once."""
