"""Sheets that a service elsewhere seals: whole documents in, sealed ones out, behind a code.

The shape of a state's signing service: it keeps the key and takes documents instead of hashes,
many in one call, each call behind a one-time code that its signatory has got. A certificate is
valid before it is sealed; what waits is sealed later.
"""
