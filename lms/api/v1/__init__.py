"""Version 1, a file a resource: addresses, names and meanings of fields stay as they are."""

from lms.api.v1.certificates import section as certificates

SECTIONS = (certificates,)
