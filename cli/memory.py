"""Memory of the whole platform, counted so that what processes share is counted once."""

from pathlib import Path


def proportional_set_kib(pid: int) -> int:
    """Proportional set size (Linux: smaps_rollup) in KiB; 0 for a process that is gone or not ours."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def total_mib(pids: list[int]) -> int:
    """Of these processes and everything they started, in MiB."""
    import psutil

    everyone = set(pids)
    for pid in pids:
        try:
            everyone.update(child.pid for child in psutil.Process(pid).children(recursive=True))
        except psutil.Error:
            continue
    return round(sum(proportional_set_kib(pid) for pid in everyone) / 1024)
