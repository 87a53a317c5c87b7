"""What all services share: protocols, credentials, pages, limits, refusals, counters."""
