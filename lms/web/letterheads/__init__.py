"""The letterhead of certificates, for administrators."""
