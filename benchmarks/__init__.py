"""`make bench`: figures of a running installation, each with what it is to be compared with.

A benchmark is a module of this package that is named in `benchmarks.catalog.BENCHMARKS` and offers

    def run(context: Context) -> Iterable[dict]:
        yield line("queue_paint_p95", 84.0, "ms", rows=500, updates_per_second=50)

Every dict is one JSON line on standard output: `name`, `value`, `unit`, and where there is one `floor` and `ratio`;
further fields explain. `benchmarks.figures.line` makes one. What a person wants to follow goes to standard error
through `context.progress("…")`. A run whose figures cannot be trusted raises `benchmarks.figures.Void("why")`.

The context: `context.document` is what `fairlead up --detach` printed (addresses, API clients, logins);
`context.seconds` how long a run is to last; `context.desk` the tenants, programs and requesters that the benchmark
made. The installation is the benchmark's own and is thrown away afterwards. See context.py.
"""
