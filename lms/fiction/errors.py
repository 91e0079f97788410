"""Why no country is made."""


class NotFictional(Exception):
    """The database holds people or institutions that may be real, or a country already."""


class NothingToLearn(Exception):
    """No pocketbook is published, so that nobody could have learned anything."""
