"""What manufacturers and distributors want to know about their dealers.

Public names load when first used, so that ``import dealerml`` stays quick.
"""

from importlib import import_module
from typing import Any

from dealerml.names import HOME_OF

__version__ = "0.1.0"

__all__ = sorted(HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in HOME_OF:
        message = f"module 'dealerml' has no public name {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"dealerml.{HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
