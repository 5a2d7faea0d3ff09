"""Forms that a client's people fill in: what they ask, the JSON Schema underneath, and what was answered."""

from services.intake.domain.forms.answers import Answer, Answered, answered
from services.intake.domain.forms.definition import Condition, Definition, Field, Kind, Option, Words
from services.intake.domain.forms.form import Form, FormState
from services.intake.domain.forms.reading import definition_of
from services.intake.domain.forms.schema import schema_of

__all__ = [
    "Answer",
    "Answered",
    "Condition",
    "Definition",
    "Field",
    "Form",
    "FormState",
    "Kind",
    "Option",
    "Words",
    "answered",
    "definition_of",
    "schema_of",
]
