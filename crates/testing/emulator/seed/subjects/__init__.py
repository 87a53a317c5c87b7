"""The parts of a seeded organization: small functions, each with a weak and a sound variant."""
