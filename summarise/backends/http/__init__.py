"""The HTTP client for model servers: connections, retries, size limits of responses, and errors."""
