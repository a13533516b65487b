from loans.models.history import HistoryDeletion, HistoryEntry
from loans.models.loan import Loan

__all__ = ["HistoryDeletion", "HistoryEntry", "Loan"]
