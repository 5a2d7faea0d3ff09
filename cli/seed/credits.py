"""What is owed where a promise is not kept, under each contract. A contract that has its terms already is left alone."""

from dataclasses import dataclass

from chassis.errors import NotFound
from cli.seed import northstar
from cli.seed.office import Office
from fairlead.sla.v1 import contract_service_pb2, statement_pb2, statement_service_pb2

# Before every month that the demonstration will ever draft.
_SINCE = "2020-01-01T00:00:00Z"


@dataclass(frozen=True)
class Fee:
    """What a client pays a month, in minor units."""

    minor: int
    currency: str


_STANDARD = Fee(200_000, "GBP")
_FEES = {
    "acme": Fee(640_000, "GBP"),
    "lumen": Fee(1_250_000, "USD"),
    "boreal": Fee(980_000, "CAD"),
    "soleil": Fee(310_000, "EUR"),
}
_WORDS = {
    "en": (
        "P1 or P2 solved late: 2% of the fee each",
        "Under 95% of first answers in time: 3% of the fee; under 85%: 6%",
    ),
    "fr": (
        "P1 ou P2 résolue trop tard : 2 % du forfait chacune",
        "Moins de 95 % de premières réponses à temps : 3 % du forfait ; moins de 85 % : 6 %",
    ),
}


def make_credits(office: Office) -> None:
    """The credit terms of every contract of the demonstration; at most 15 % of a month's fee."""
    found = office.call(office.contracts.ListContracts, contract_service_pb2.ListContractsRequest()).contracts
    by_name = {client.contract: client for client in northstar.CLIENTS}
    for contract in found:
        client = by_name.get(contract.name)
        if _has_terms(office, contract.contract_id):
            continue
        fee, locale = (_FEES[client.slug], client.locale) if client else (_STANDARD, "en")
        terms = _terms(contract.contract_id, fee, *_WORDS[locale])
        request = statement_service_pb2.SetCreditTermsRequest(terms=terms)
        office.call(office.statements.SetCreditTerms, request)


def _has_terms(office: Office, contract_id: str) -> bool:
    request = statement_service_pb2.GetCreditTermsRequest(contract_id=contract_id)
    try:
        office.call(office.statements.GetCreditTerms, request)
    except NotFound:
        return False
    return True


def _terms(contract_id: str, fee: Fee, late: str, answers: str) -> statement_pb2.CreditTerms:
    terms = statement_pb2.CreditTerms(
        contract_id=contract_id,
        currency=fee.currency,
        fee_minor=fee.minor,
        cap_minor=fee.minor * 15 // 100,
    )
    terms.effective_time.FromJsonString(_SINCE)
    terms.clauses.add(
        clause_id="5.1",
        text=late,
        basis="per_breach",
        targets=["resolution"],
        priorities=[1, 2],
        fee_bp=200,
    )
    answered = terms.clauses.add(
        clause_id="5.2", text=answers, basis="attainment", targets=["first_response"]
    )
    for below_bp, fee_bp in ((9500, 300), (8500, 600)):
        answered.bands.add(below_bp=below_bp, fee_bp=fee_bp)
    return terms
