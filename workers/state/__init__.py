"""What Andon remembers of its conversations, in SQL: SQLite by default, PostgreSQL for a plant (docs/state.md)."""

from workers.state.database import open_database
from workers.state.ledger import Ledger

__all__ = ["Ledger", "open_database"]
