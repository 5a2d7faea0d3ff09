"""`python -m services.incidents.main`: the service as a process of its own."""

from chassis.process import run_process
from services.incidents.config import IncidentsSettings
from services.incidents.main.starting import start

if __name__ == "__main__":
    run_process(start, IncidentsSettings)
