"""The catalog for programs: read-only JSON under /api/v1/, with the same facts and the same filters as the pages.

    answers      what every endpoint does: ETag and 304, kept answers, CORS, rate limit headers
    parameters   reading the query strictly          paging      cursors
    throttling   how often somebody may ask          schema      how spectacular describes it
    serializers  the shapes                          views       one module an endpoint

The layers above build their endpoints from the same parts. docs/reference/api.md is for those who use it.
"""
