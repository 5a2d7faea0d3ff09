"""Configuration items as a sheet, and back."""

import pytest

from chassis.errors import InvalidArgument
from fairlead.incidents.v1 import configuration_item_pb2 as items
from services.gateway.backends import item_sheets


def crm() -> items.ConfigurationItem:
    return items.ConfigurationItem(
        name='=CRM, the "old" one',
        type="application",
        criticality=items.CRITICALITY_HIGH,
        state=items.ITEM_STATE_IN_USE,
        aliases=["crm-1", "Kundenbuch"],
        description="Two\nlines",
        attributes={"serial": "4711"},
        relations=[
            items.ItemRelation(kind=items.RELATION_KIND_RUNS_ON, name="srv-1"),
            items.ItemRelation(kind=items.RELATION_KIND_DEPENDS_ON, name="mail"),
            items.ItemRelation(kind=items.RELATION_KIND_DEPENDS_ON, name="db"),
        ],
    )


def test_what_is_written_out_is_read_in_as_it_was() -> None:
    sheet = item_sheets.read(item_sheets.written([crm()]).decode("utf-8-sig"))
    (read,) = sheet.rows
    wanted = crm()
    for one in (read, wanted):
        ordered = sorted(one.relations, key=lambda to: (to.kind, to.name))
        del one.relations[:]
        one.relations.extend(ordered)
    assert read == wanted
    assert sheet.fields == [
        *("aliases", "attributes", "criticality", "description", "name", "relations", "state", "type")
    ]


def test_no_cell_is_a_formula_to_a_spreadsheet() -> None:
    assert "\"'=CRM" in item_sheets.written([crm()]).decode()


def test_a_sheet_of_a_european_spreadsheet_is_read_too_and_says_what_it_speaks_of() -> None:
    sheet = item_sheets.read("\ufeffName;Runs on;attribute:Rack\r\nsrv-1;esx-1|esx-2;R 4\r\n;;\r\n")
    assert sheet.fields == ["attributes", "name", "relations"]
    assert [(one.name, [to.name for to in one.relations], dict(one.attributes)) for one in sheet.rows] == [
        ("srv-1", ["esx-1", "esx-2"], {"Rack": "R 4"})
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "column_missing"),
        ("type\nserver", "column_missing"),
        ("name,color\nx,red", "column_unknown"),
        ("name,name\nx,y", "column_missing"),
        ('name\n"broken', "csv_invalid"),
        ("name\n" + "x\n" * 1_001, "too_many"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        item_sheets.read(text)
    assert refused.value.reason == reason
