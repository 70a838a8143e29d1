"""Work orders: a diagnosis as a task for the maintenance crew. Text, CSV, JSON, and a webhook (docs/work-orders.md)."""

from workers.orders.making import make_order, order_id
from workers.orders.order import WorkOrder
from workers.orders.rendering import as_blocks, as_csv, as_json, as_text, files_of
from workers.orders.webhook import send_order

__all__ = ["WorkOrder", "as_blocks", "as_csv", "as_json", "as_text", "files_of", "make_order", "order_id", "send_order"]
