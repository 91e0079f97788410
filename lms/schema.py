"""Imports every model, so that migrations and tests see all tables."""

import lms.accounts.models
import lms.assignments.models
import lms.audit
import lms.certificates.models
import lms.checking.bulk.models
import lms.checking.models
import lms.desk.models
import lms.editions.models
import lms.evidence.models
import lms.exchange.models
import lms.exports.models
import lms.institutions.decisions.models
import lms.institutions.doubts.models
import lms.institutions.models
import lms.institutions.registry.models
import lms.institutions.samples.models
import lms.institutions.staff_lists.models
import lms.institutions.staff_models
import lms.jobs.models
import lms.keys.models
import lms.learning.models
import lms.load.models
import lms.mail
import lms.personnel.models
import lms.pocketbooks.models
import lms.programmes.models
import lms.progress.models
import lms.reporting.models
import lms.sealing.models
import lms.signon.models
import lms.transparency.models
from lms.db import Base

metadata = Base.metadata

__all__ = ["metadata"]
