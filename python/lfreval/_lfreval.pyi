# The extension is private; the package around it is what is typed.
from typing import Any

def __getattr__(name: str) -> Any: ...
