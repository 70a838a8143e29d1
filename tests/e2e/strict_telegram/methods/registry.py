"""Names the methods; they are found in any case, as on the real server."""

from collections.abc import Callable

from tests.e2e.strict_telegram.state import State

Method = Callable[[State, dict], object]
METHODS: dict[str, tuple[str, Method]] = {}  # lower-case name -> (name, function)


def method(name: str) -> Callable[[Method], Method]:
    """Decorator: this function is that method."""

    def enter(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return enter
