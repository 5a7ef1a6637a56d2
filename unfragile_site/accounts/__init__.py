"""How people sign up and in: django-allauth, with our words, limits and rules around it.

docs/explanation/accounts.md says what was decided and why.
"""
