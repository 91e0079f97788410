"""Enumerations: roles, kinds of civil servant, purposes of mailed links."""

import enum


class Role(enum.Enum):
    """What a person may do beyond learning; held at an institution, or nationally."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    HR_OFFICER = "hr_officer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class EmployeeKind(enum.Enum):
    """The two kinds of civil servant that an employee number tells apart."""

    PNS = "PNS"
    PPPK = "PPPK"


class LinkPurpose(enum.Enum):
    """What a one-time link opens; all but that of a code on paper are mailed."""

    ACTIVATE = "activate"
    REGISTER = "register"
    RESET = "reset"
    ADDRESS = "address"
    CODE = "code"
    TAKE_BACK = "take_back"


class Digest(enum.Enum):
    """How often an officer wants to hear that people wait; at once of the first, but for OFF."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"
