"""Version 1, a file a resource: addresses, names and meanings of fields stay as they are."""

from lms.api.v1.certificates import section as certificates
from lms.api.v1.checks import section as checks
from lms.api.v1.figures import section as figures
from lms.api.v1.progress import section as progress
from lms.api.v1.staff import section as staff

SECTIONS = (certificates, checks, progress, figures, staff)
