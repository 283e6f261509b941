"""The one HTTP door: connections, retries, bodies and streams within limits, and errors translated into ours."""
