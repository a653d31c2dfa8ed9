"""Whether this installation can work: does the store answer, are rules in force, does a worker's heart beat."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from integrations.durable import workers_alive
from integrations.store.rulebook import NoRules, PostgresRulebook


@dataclass(frozen=True, slots=True)
class Readiness:
    """Asks the store."""

    engine: Engine
    rulebook: PostgresRulebook

    def missing(self) -> tuple[str, ...]:
        """Say what is missing, in words; nothing when all is well."""
        try:
            workers = workers_alive(self.engine)
            self.rulebook.active()
        except SQLAlchemyError:
            return ("the database does not answer",)
        except NoRules as error:
            return (str(error),)
        return () if workers else ("no worker is running",)
