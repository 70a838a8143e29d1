"""setWebhook, deleteWebhook, getWebhookInfo. getUpdates waits and is answered in dispatch.py."""

from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.state import State


@method("setWebhook")
def set_webhook(state: State, args: dict) -> bool:
    """Updates go to that address from now on; a waiting getUpdates ends."""
    state.webhook.set(args, state.allow_http_webhook)
    state.updates.allow(args.get("allowed_updates"))
    if args.get("drop_pending_updates"):
        state.updates.forget()
    if state.webhook.url:
        state.updates.end_poll("terminated by setWebhook request")
    state.updates.wake()
    return True


@method("deleteWebhook")
def delete_webhook(state: State, args: dict) -> bool:
    """Back to getUpdates; what is pending stays unless it is to be dropped."""
    state.webhook.url = ""
    if args.get("drop_pending_updates"):
        state.updates.forget()
    return True


@method("getWebhookInfo")
def get_webhook_info(state: State, args: dict) -> dict:
    """WebhookInfo."""
    return state.webhook.info()
