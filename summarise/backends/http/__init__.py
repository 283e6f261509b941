"""The HTTP client: connections, retries, bodies within limits, and errors."""
