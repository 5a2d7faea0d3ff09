"""What the directory does, one method for each thing: load, decide, save with events."""

from services.directory.use_cases.brands import BrandUseCases
from services.directory.use_cases.mail import MailUseCases
from services.directory.use_cases.people import PeopleUseCases
from services.directory.use_cases.registry import RegistryUseCases
from services.directory.use_cases.staff import StaffUseCases

__all__ = ["BrandUseCases", "MailUseCases", "PeopleUseCases", "RegistryUseCases", "StaffUseCases"]
