"""The one HTTP client: connections, retries, bodies and streams within limits, and errors translated into ours."""
