"""What knowledge does, one method for each thing: load, decide, save with events."""

from services.knowledge.use_cases.authoring import AuthoringUseCases
from services.knowledge.use_cases.deflecting import DeflectionUseCases
from services.knowledge.use_cases.reading import Found, ReadingUseCases

__all__ = ["AuthoringUseCases", "DeflectionUseCases", "Found", "ReadingUseCases"]
