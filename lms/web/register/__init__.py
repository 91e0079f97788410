"""The register of certificates, for those who keep it."""
