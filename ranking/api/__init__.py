"""The API of what is derived; unfragile_site/api.py gives these views their addresses."""
