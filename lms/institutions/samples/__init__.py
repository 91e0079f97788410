"""Random samples of confirmations, looked at by somebody who did not confirm them."""
