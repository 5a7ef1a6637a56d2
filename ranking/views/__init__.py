"""Ranking's public pages: thin doors that read an address, ask one domain function, and render one template."""
