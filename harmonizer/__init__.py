"""What runs beside the API: its client, the local stack, its servers, and the demo."""

from harmonizer.client import ApiError, Client, Job

__all__ = ["ApiError", "Client", "Job"]
