"""Serves a web page, an HTTP API and an MCP server (needs the extra `serve`)."""
