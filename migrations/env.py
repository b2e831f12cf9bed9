"""Alembic's entry: runs on the connection it is given, inside its transaction."""

from alembic import context

from app.db import db

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=db.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
    transactional_ddl=True,
)
context.run_migrations()
