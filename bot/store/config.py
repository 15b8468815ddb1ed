"""The last configuration file of a repository that was read without a problem."""

from sqlalchemy import Connection, select

from bot.model.run import Repository
from bot.ports import FileAtCommit
from bot.store.codec import clean_text
from bot.store.tables import configs
from bot.store.upsert import put


def find_good_config(connection: Connection, repo: Repository) -> FileAtCommit | None:
    """The file, or `None` when there never was one."""
    statement = select(configs.c.path, configs.c.commit, configs.c.data).where(
        configs.c.installation_id == repo.installation, configs.c.repository_id == repo.id
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else FileAtCommit(path=row.path, commit=row.commit, data=row.data)


def save_good_config(connection: Connection, repo: Repository, file: FileAtCommit) -> None:
    """Remember it in place of the one before."""
    facts = {"path": clean_text(file.path), "commit": clean_text(file.commit), "data": file.data}
    put(connection, configs, [{"installation_id": repo.installation, "repository_id": repo.id, **facts}])
