"""Public holidays, on which nobody who has hours is on shift."""

from datetime import date
from functools import lru_cache

from chassis.errors import InvalidArgument


def is_holiday(day: date, country: str, region: str) -> bool:
    """Whether it is one there; country: "" for nowhere."""
    return bool(country) and day in _of(country, region, day.year)


def check_country(country: str, region: str) -> None:
    """Raises InvalidArgument naming the field."""
    if not country and not region:
        return
    try:
        _of(country, region, 2026)
    except NotImplementedError as error:
        raise InvalidArgument(
            "holidays_unknown", "No holidays are known of this country and region.", field="holiday_country"
        ) from error


@lru_cache(maxsize=256)
def _of(country: str, region: str, year: int) -> frozenset[date]:
    # Late: most providers name no country, and it is large.
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
