"""The learned models and what they suggest."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.triage.v1 import model_pb2, model_service_pb2
from fairlead.triage.v1.model_service_pb2_grpc import ModelServiceServicer
from services.triage.events import models as messages
from services.triage.use_cases.models import SeeSuggestions, SteerModels


class ModelServicer(ModelServiceServicer):
    """Read by staff, steered by administrators."""

    def __init__(self, models: SteerModels, suggestions: SeeSuggestions) -> None:
        self._models = models
        self._suggestions = suggestions

    def ListModels(self, request: Any, context: grpc.ServicerContext) -> model_service_pb2.ListModelsResponse:
        caller = caller_of(context)
        return model_service_pb2.ListModelsResponse(
            models=[messages.card(card, is_current) for card, is_current in self._models.all(caller)],
            standings=[messages.standing(one) for one in self._models.standings(caller)],
        )

    def SwitchModel(self, request: Any, context: grpc.ServicerContext) -> model_pb2.ModelCard:
        return messages.card(self._models.switch(caller_of(context), request.version), True)

    def SetModelThreshold(self, request: Any, context: grpc.ServicerContext) -> model_pb2.ModelCard:
        caller = caller_of(context)
        card = self._models.set_threshold(caller, request.version, request.threshold)
        return messages.card(card, (card, True) in self._models.all(caller))

    def ListSuggestions(
        self, request: Any, context: grpc.ServicerContext
    ) -> model_service_pb2.ListSuggestionsResponse:
        found = self._suggestions.of(caller_of(context), request.incident_id)
        return model_service_pb2.ListSuggestionsResponse(suggestions=messages.suggestions(found))
