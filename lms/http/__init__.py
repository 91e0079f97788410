"""What pages and API share: who asks, one transaction a request, refusals, CSRF."""
