"""Settings of the database. Operators filter the log by the name of the manager's first module."""

LOGGER_NAME = "netra_backend.app.core.database_manager"
POOL_SIZE = 5
