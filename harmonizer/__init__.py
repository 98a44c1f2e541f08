"""What runs beside the API: the local stack, its servers, and the demo."""
