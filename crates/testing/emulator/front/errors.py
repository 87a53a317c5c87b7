"""Errors as AWS answers them."""

from moto.core.exceptions import ServiceException


class Refused(ServiceException):
    """An error answer: AWS's code, its message, and the HTTP status where the model names none.

    It is a subclass of moto's exception, so that moto's serializers write it in each protocol.
    """

    def __init__(self, code, message, status=400, **members):
        super().__init__(code, message)
        self.code = code
        self.status = status
        self.__dict__.update(members)
