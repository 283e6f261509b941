"""The one HTTP client: connections, retries, bodies within limits, and errors translated into ours."""
