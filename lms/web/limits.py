"""How often one address may ask for what could be guessed at."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, default_limits=[])

SIGN_INS = "20 per minute"
LETTERS = "10 per hour"
