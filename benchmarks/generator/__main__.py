"""One job: JSON in, JSON out.

Job: {"kind": "create" | "get" | "mail", "seconds", "connections", "port", …}; see the functions of jobs.py.
Answer: {"seconds", "cpu_seconds", "statuses": {status: count}, "milliseconds": [each], "acknowledged": [id], …}.
"""

import gc
import json
import sys
import time

from benchmarks.generator.jobs import KINDS

job = json.load(sys.stdin)
# The objects of one request are freed by their counts; a collector's pause would be measured as the server's.
gc.disable()
before = time.process_time()
result = KINDS[job["kind"]](job)
result["cpu_seconds"] = time.process_time() - before
json.dump(result, sys.stdout)
