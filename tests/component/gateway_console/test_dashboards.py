"""Dashboards: one definition of each number on page, in table and in CSV; who sees which; that bars lead to the queue."""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from chassis.errors import Unavailable
from chassis.tenancy import Role
from fairlead.sla.v1 import clock_service_pb2
from services.gateway.pages.console.view import QueueView
from services.gateway.pages.figures import KEYS
from tests.component.gateway_console.pages import HTML, checked, page_of, text_of
from tests.harness.console import Console, fill_queue
from tests.harness.gateway import ACME, LUMEN

ADDRESS = "/console/dashboards"


@pytest.fixture(scope="module", autouse=True)
def filled(console: Console) -> None:
    fill_queue(console.workshop, 40)


def cells(table) -> list[list[str]]:
    return [
        [text_of(cell) for cell in row if cell.tag in (f"{HTML}th", f"{HTML}td")]
        for row in table.iter(f"{HTML}tr")
    ]


def tables(tree) -> dict[str, list[list[str]]]:
    parts = {part.get("data-fl-figure"): part for part in tree.iter() if part.get("data-fl-figure")}
    return {key: cells(next(parts[f"{key}-table"].iter(f"{HTML}table"))) for key in KEYS}


def sheet_of(browser, key: str, query: str = "") -> list[list[str]]:
    answer = browser.get(f"{ADDRESS}/{key}.csv{query}")
    assert answer.status_code == 200 and answer.content_type.startswith("text/csv")
    text = answer.data.decode("utf-8-sig")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert re.fullmatch(rf'attachment; filename="fairlead-{key}-\d{{4}}-\d\d-\d\d\.csv"',
                        answer.headers["Content-Disposition"])  # fmt: skip
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("query", ["", "days=7", "days=90&tenant=ten_acme", "days=nonsense"])
def test_the_page_is_whole_in_both_languages_and_has_a_table_for_every_chart(
    console: Console, language: str, query: str
):
    tree = page_of(console.as_person("per_tom"), f"{ADDRESS}?{query}&lang={language}", "")
    assert tree.get("lang") == language
    for key in KEYS:
        assert tables(tree)[key]
    for table in tree.iter(f"{HTML}table"):
        assert text_of(table.find(f"{HTML}caption"))
        assert all(head.get("scope") in ("col", "row") for head in table.iter(f"{HTML}th"))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", KEYS)
def test_the_csv_holds_the_same_table_in_plain_numbers(console: Console, key: str, language: str):
    browser = console.as_person("per_tom")
    shown = tables(page_of(browser, f"{ADDRESS}?days=30&lang={language}", ""))[key]
    written = sheet_of(browser, key, f"?days=30&lang={language}")
    body = shown[: len(written)]  # a total stands below, on the page alone
    assert written[0] == body[0]
    assert [[_plain(cell) for cell in row[1:]] for row in body[1:]] == [
        [_plain(cell) for cell in row[1:]] for row in written[1:]
    ]


def _plain(text: str) -> str:
    if re.fullmatch(r"[\d.,\s\u202f\u00a0]+%?|[\d.,]+", text):
        number = re.sub(r"[\s\u202f\u00a0%]", "", text).replace(",", ".")
        return f"{float(number):g}"
    return text.replace("–", "")


def test_totals_are_the_sums_of_what_stands_above_them(console: Console):
    shown = tables(page_of(console.as_person("per_tom"), ADDRESS, "Dashboards"))
    totals = set()
    for key in ("priority", "sla", "clients"):
        *rows, total = shown[key][1:]
        assert sum(int(row[1]) for row in rows) == int(total[1])
        totals.add(total[1])
    assert len(totals) == 1  # the three tell the same incidents apart
    *days, total = shown["flow"][1:]
    assert [sum(int(day[n]) for day in days) for n in (1, 2)] == [int(n.replace(",", "")) for n in total[1:]]
    assert len(days) == 30


def test_bars_lead_to_the_queue_of_what_they_count(console: Console):
    browser = console.as_person("per_tom")
    tree = page_of(browser, f"{ADDRESS}?tenant={ACME}", "Dashboards")
    bars = [link for link in tree.iter(f"{HTML}a") if link.get("data-fl-bar")]
    assert len(bars) >= 11
    for bar in bars:
        number = int(text_of(next(e for e in bar if e.get("class") == "fl-bar-number")))
        parts = urlsplit(bar.get("href"))
        assert parts.path == "/console"
        view = QueueView.of(MultiDict(parse_qs(parts.query)))
        assert view.is_filtered and list(view.filter("").tenant_ids) == [ACME]
        found = console.room.gateway.backends.queue.count(_caller(console), view.filter(""))
        assert found.total == number, bar.get("href")


def _caller(console: Console):
    return console.room.gateway.callers.for_person("prv_north", "per_tom", "")


def test_a_technician_sees_figures_of_the_clients_granted_and_of_no_other(console: Console):
    browser = console.as_person("per_tia")
    page = browser.get(ADDRESS)
    assert page.status_code == 200 and "Acme Logistics" in page.text
    assert "Lumen" not in page.text and LUMEN not in page.text
    assert "Lumen" not in str(sheet_of(browser, "clients") + sheet_of(browser, "attainment"))
    for address in (
        f"{ADDRESS}?tenant={LUMEN}",
        f"{ADDRESS}/clients.csv?tenant={LUMEN}",
        f"{ADDRESS}?tenant=ten_none",
    ):
        assert browser.get(address).status_code == 404
    assert browser.get(f"{ADDRESS}/secrets.csv").status_code == 404


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/flow.csv"])
def test_for_people_of_clients_there_are_no_dashboards(console: Console, address: str):
    for person in ("per_ana", "per_mia"):
        assert console.as_person(person).get(address).status_code == 404
    visitor = console.room.app().test_client().get(address, headers={"Accept": "text/html"})
    assert visitor.status_code == 303


def test_while_one_service_is_away_the_others_figures_stand(console: Console):
    kept, browser = console.room.sla.answers["CountAttainment"], console.as_person("per_tom")
    console.room.sla.answers["CountAttainment"] = Unavailable("store_unavailable", "Away.")
    try:
        page = page_of(browser, ADDRESS, "Dashboards")
        assert text_of(page).count("This cannot be read just now") == 1
        assert "Open by priority" in text_of(page)
        assert browser.get(f"{ADDRESS}/attainment.csv").status_code == 503
        assert browser.get(f"{ADDRESS}/priority.csv").status_code == 200
    finally:
        console.room.sla.answers["CountAttainment"] = kept


def test_a_script_gets_the_figures_alone(console: Console):
    answer = console.as_person("per_tom").get(ADDRESS, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.text and 'data-fl-figure="flow"' in answer.text


def test_a_name_that_a_spreadsheet_would_run_is_text(console: Console):
    directory = console.room.directory
    directory.add_tenant("ten_sly", "prv_north", "sly", name='=HYPERLINK("http://x","y"), "Ltd"')
    try:
        names = [row[0] for row in sheet_of(console.as_person("per_ada"), "clients")]
        assert '\'=HYPERLINK("http://x","y"), "Ltd"' in names
        checked(console.as_person("per_ada").get(ADDRESS).text, "Dashboards")
    finally:
        del directory.tenants["ten_sly"]


def test_the_api_tells_the_same_numbers_as_the_page(console: Console):
    browser, program = console.as_person("per_tom"), console.room.app().test_client()
    headers = console.room.bearer("incidents:read", roles=(Role.TECHNICIAN,))
    shown = tables(page_of(browser, f"{ADDRESS}?days=7&lang=en", "Dashboards"))

    def ask(what: str):
        answer = program.get(f"/api/v1/figures/{what}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    found = ask("open")
    assert [str(found["by_priority"].get(f"P{n}", 0)) for n in range(1, 6)] == [
        row[1] for row in shown["priority"][1:-1]
    ]
    assert {each["total"] for each in found["tenants"]} == {int(row[1]) for row in shown["clients"][1:-1]}
    flow = ask("flow?days=7&time_zone=UTC")
    assert [(str(day["arrived"]), str(day["resolved"])) for day in flow["days"]] == [
        tuple(row[1:]) for row in shown["flow"][1:-1]
    ]
    kept = ask("attainment?days=7&time_zone=UTC")["attainments"]
    assert sorted(
        (each["contract_name"], str(each["met"]), f"{each['attainment_percent']:.1f}%")
        for each in kept
        if "attainment_percent" in each
    ) == sorted((row[1], row[3], row[6]) for row in shown["attainment"][1:] if row[6] != "–")


def test_the_csv_of_the_api_holds_the_values_of_its_json(console: Console):
    headers = console.room.bearer("incidents:read", roles=(Role.TECHNICIAN,))
    program = console.room.app().test_client()
    told = program.get("/api/v1/figures/kpis?days=7", headers=headers).json
    answer = program.get("/api/v1/figures/kpis.csv?days=7", headers=headers)
    assert answer.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    expected = [("total", "", told["total"])]
    expected += [("tenant", each["tenant_id"], each) for each in told["tenants"]]
    expected += [("group", each.get("assignment_group_id", ""), each) for each in told["groups"]]
    assert [(row["of"], row["id"]) for row in rows] == [(of, row_id) for of, row_id, _ in expected]
    for row, (_, _, each) in zip(rows, expected, strict=True):
        figures = list(row)[3:]
        assert {name: row[name] for name in figures} == {name: str(each.get(name, "")) for name in figures}
    assert rows[0]["mean_acknowledge_seconds"] == "840"


def test_nothing_kept_is_0_per_cent_and_nothing_decided_is_none(console: Console):
    kept = console.room.sla.answers["CountAttainment"]
    answer = clock_service_pb2.CountAttainmentResponse()
    for tenant, percent in (("ten_acme", 0.0), ("ten_lumen", None)):
        broken = 0 if percent is None else 3
        answer.attainments.add(
            tenant_id=tenant, contract_id="ctr", kind="TARGET_KIND_RESOLUTION", breached=broken,
            attainment_percent=percent,
        )  # fmt: skip
    console.room.sla.answers["CountAttainment"] = answer
    try:
        headers = console.room.bearer("incidents:read", roles=(Role.TECHNICIAN,))
        found = console.room.app().test_client().get("/api/v1/figures/attainment", headers=headers).json
        assert [each.get("attainment_percent") for each in found["attainments"]] == [0.0, None]
        shown = tables(page_of(console.as_person("per_tom"), f"{ADDRESS}?lang=en", "Dashboards"))
        assert [row[6] for row in shown["attainment"][1:]] == ["0.0%", "–"]
    finally:
        console.room.sla.answers["CountAttainment"] = kept


def test_the_places_that_a_phones_rail_leaves_out_stand_under_more(console: Console):
    tree = page_of(console.as_person("per_ada"), f"{ADDRESS}?lang=en", "Dashboards")
    rail = next(each for each in tree.iter(f"{HTML}nav") if each.get("class") == "fl-rail")
    more = next(each for each in rail.iter(f"{HTML}details") if "fl-rail-more" in each.get("class", ""))
    under = {link.get("href"): link.get("aria-current") for link in more.iter(f"{HTML}a")}
    left_out = {
        link.get("href"): link.get("aria-current")
        for link in rail.iter(f"{HTML}a")
        if "fl-rail-rest" in link.get("class", "")
    }
    assert under == left_out and under[ADDRESS] == "page"
    assert 0 < len(under) < 4 and "/console" not in under
