"""The editors' work: workflow, disputes, duplicates, merges, readers' reports, queues. No HTML, no request."""
