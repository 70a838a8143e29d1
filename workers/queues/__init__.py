"""How work gets to a worker: durable jobs in SQL, hints over Celery or, on a laptop, in this process.

The way of a job: `registry` names tasks, `inbox` takes events from the chat processes, `work` carries a job out,
`sweep` finds what was left lying, `celery_app` and `local` are the two ways of telling a worker. docs/queues.md.
"""
