"""What pages and the API show, as frozen dataclasses: one module per page or part of one. No HTML, no request."""
