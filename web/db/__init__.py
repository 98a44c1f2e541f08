"""The SQL database that owns every job: its tables, sessions, and questions asked of them."""
