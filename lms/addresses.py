"""Where mail leads: pages of `web` that packages below it and commands have to name."""

from lms.http.addresses import public_url


def link_address(token: str) -> str:
    """The address of a one-time link."""
    return public_url("account.choose_password", token=token)


def certificate_address(code: str) -> str:
    """The address of a certificate, for who holds it."""
    return public_url("certificates.show", code=code)


def help_address() -> str:
    """The address of the help desk's page."""
    return public_url("site.help")
