"""The only place that speaks SQL: inbox, jobs, history, comments, configuration.

Every table's key and every query begin with the tenant, installation and repository. One transaction
is one function of a connection; `Database` runs it on a thread of its own.
"""
