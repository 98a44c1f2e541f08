"""What answers hold, a module for each resource.

The types are the API's description: ``/api/openapi.json`` is made of them.
"""
