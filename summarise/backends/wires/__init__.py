"""The wire protocols of model servers: from a Request to a body, and from an answer to a Reply."""
