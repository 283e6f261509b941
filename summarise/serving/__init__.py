"""What the command has, for browsers, programs and agents: a page, an HTTP API and an MCP server.

    request ─► guard (host, origin, token, rate) ─► body (size, time) ─► service ─► pool ─► worker process
               `guard.py`                           `request_body.py`       `service.py`  `pool.py`  `worker.py`,
               `jobs.py`

Needs the packages of the extra `serve`. Decides nothing of a summary: workers call the Python API.
"""
