"""Staff lists by sheet: uploading, columns, the dry run, putting in force, and what to mend."""
