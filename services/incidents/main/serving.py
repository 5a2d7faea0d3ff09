"""The RPC services that this process answers, and which use cases stand behind each."""

from chassis.rpc.server import Servicer
from fairlead.incidents.v1 import (
    attachment_service_pb2_grpc,
    catalog_service_pb2_grpc,
    change_service_pb2_grpc,
    configuration_item_service_pb2_grpc,
    incident_service_pb2_grpc,
    major_incident_service_pb2_grpc,
    order_service_pb2_grpc,
    problem_service_pb2_grpc,
    status_page_service_pb2_grpc,
)
from services.incidents.config import IncidentsSettings
from services.incidents.main.parts import Parts
from services.incidents.rpc import (
    AttachmentServicer,
    CatalogServicer,
    ChangeServicer,
    ConfigurationItemServicer,
    IncidentServicer,
    MajorIncidentServicer,
    OrderServicer,
    ProblemServicer,
    StatusPageServicer,
    UseCases,
)


def services_of(settings: IncidentsSettings, use: Parts) -> list[Servicer]:
    """Each with how gRPC takes it and its full name."""
    return [
        (
            incident_service_pb2_grpc.add_IncidentServiceServicer_to_server,
            _incidents(use),
            "fairlead.incidents.v1.IncidentService",
        ),
        (
            attachment_service_pb2_grpc.add_AttachmentServiceServicer_to_server,
            AttachmentServicer(use.attaching, settings.transfers),
            "fairlead.incidents.v1.AttachmentService",
        ),
        (
            problem_service_pb2_grpc.add_ProblemServiceServicer_to_server,
            ProblemServicer(use.problems, use.reading_problems),
            "fairlead.incidents.v1.ProblemService",
        ),
        (
            catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server,
            CatalogServicer(use.cataloging),
            "fairlead.incidents.v1.CatalogService",
        ),
        (
            order_service_pb2_grpc.add_OrderServiceServicer_to_server,
            OrderServicer(use.orders),
            "fairlead.incidents.v1.OrderService",
        ),
        (
            configuration_item_service_pb2_grpc.add_ConfigurationItemServiceServicer_to_server,
            ConfigurationItemServicer(
                use.keeping_items, use.reading_items, use.importing_items, use.item_incidents
            ),
            "fairlead.incidents.v1.ConfigurationItemService",
        ),
        (
            major_incident_service_pb2_grpc.add_MajorIncidentServiceServicer_to_server,
            MajorIncidentServicer(use.majors),
            "fairlead.incidents.v1.MajorIncidentService",
        ),
        (
            status_page_service_pb2_grpc.add_StatusPageServiceServicer_to_server,
            StatusPageServicer(use.majors.status),
            "fairlead.incidents.v1.StatusPageService",
        ),
        (
            change_service_pb2_grpc.add_ChangeServiceServicer_to_server,
            ChangeServicer(use.changes, use.reading_changes),
            "fairlead.incidents.v1.ChangeService",
        ),
    ]


def _incidents(use: Parts) -> IncidentServicer:
    return IncidentServicer(
        UseCases(
            accepting=use.accepting,
            reading=use.reading,
            commands=use.commands,
            merging=use.merging,
            family=use.family,
            splitting=use.splitting,
            triaging=use.triaging,
            mail=use.mail,
            answering=use.answering,
            counting=use.counting,
            problems=use.reading_problems,
            changes=use.reading_changes,
        )
    )
