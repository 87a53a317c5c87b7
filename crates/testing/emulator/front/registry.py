"""The operations that we answer ourselves, in place of moto or around it."""

HANDLERS = {}


def answers(service, *operations):
    """Registers a function for operations. It gets a `Call` and returns the whole answer as a
    dict with the members of botocore's model; pages are cut afterwards."""

    def register(function):
        for operation in operations:
            if (service, operation) in HANDLERS:
                raise ValueError(f"{service}:{operation} is answered twice")
            HANDLERS[service, operation] = function
        return function

    return register
