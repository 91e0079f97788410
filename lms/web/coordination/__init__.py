"""Where the nation stands, for coordinators."""
