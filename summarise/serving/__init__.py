"""A web page, an HTTP API and an MCP server (extra `serve`)."""
