"""The register of certificates, for its registrars."""
