"""views.open, views.push, views.update (reference/methods/views.*, reference/views/modal-views)."""

from __future__ import annotations

import copy
import secrets
import time

from tests.e2e.strict_slack.blocks import check_view
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.methods.base import Arguments, method
from tests.e2e.strict_slack.world import APP_ID, BOT_ID, TEAM, World

STACK = 3  # views.push, push_limit_reached: three views in a stack


def made(world: World, view: dict, user: str, before: dict | None = None) -> dict:
    """A stored view around what the app gave."""
    view_id = before["id"] if before else world.new_id("V")
    stored = {"id": view_id, "team_id": TEAM, "state": {"values": {}}, "private_metadata": "", "callback_id": ""}
    stored |= {"external_id": "", "clear_on_close": False, "notify_on_close": False, "submit": None, "close": None}
    stored |= {"hash": f"{int(time.time())}.{secrets.token_hex(4)}", "app_id": APP_ID, "bot_id": BOT_ID}
    stored |= {"root_view_id": view_id, "previous_view_id": None, "app_installed_team_id": TEAM}
    if before:
        stored |= {k: before[k] for k in ("root_view_id", "previous_view_id")}
    stored |= copy.deepcopy(view)
    stored["blocks"] = [{"block_id": world.new_id("b"), **b} for b in view["blocks"]]
    for block in stored["blocks"]:
        if "element" in block:
            block["element"] = {"action_id": world.new_id("a"), **block["element"]}
    world.views[view_id] = {"view": stored, "user": user, "open": True}
    return stored


def valid(args: Arguments) -> dict:
    """The view argument; invalid_arguments with messages, duplicate_external_id."""
    view = args.structure("view", "invalid_arguments")
    code, why = check_view(view, args.slack.image_problem, args.slack.ids_per_message)
    if code:
        raise SlackError(code, why)
    return view


def _unique(args: Arguments, view: dict, own: str | None = None) -> None:
    wanted = view.get("external_id")
    for view_id, kept in args.world.views.items():
        if wanted and view_id != own and kept["view"]["external_id"] == wanted:
            raise SlackError("duplicate_external_id")


@method("views.open")
def open_(args: Arguments) -> dict:
    """Open a modal with a trigger_id."""
    view = valid(args)
    _unique(args, view)
    trigger = args.world.use_trigger(args.needed("trigger_id"))
    return {"view": copy.deepcopy(made(args.world, view, trigger.user))}


@method("views.push")
def push(args: Arguments) -> dict:
    """Put a modal on top of the one that the trigger came from."""
    view = valid(args)
    _unique(args, view)
    trigger = args.world.use_trigger(args.needed("trigger_id"))
    below = args.world.views.get(trigger.view or "")
    if below is None or not below["open"]:
        raise SlackError("not_found")
    return {"view": copy.deepcopy(stacked(args.world, view, trigger.user, below["view"]))}


def stacked(world: World, view: dict, user: str, below: dict) -> dict:
    """A view on top of another; push_limit_reached."""
    same_root = [v for v in world.views.values() if v["open"] and v["view"]["root_view_id"] == below["root_view_id"]]
    if len(same_root) >= STACK:
        raise SlackError("push_limit_reached")
    stored = made(world, view, user)
    stored.update(root_view_id=below["root_view_id"], previous_view_id=below["id"])
    return stored


@method("views.update")
def update(args: Arguments) -> dict:
    """Replace an open modal, by view_id or external_id; hash_conflict, not_found."""
    view = valid(args)
    wanted, external = args.text("view_id"), args.text("external_id")
    if not wanted and not external:
        raise SlackError("invalid_arguments", ["[ERROR] view_id or external_id is needed"])
    kept = args.world.views.get(wanted) or next(
        (v for v in args.world.views.values() if external and v["view"]["external_id"] == external), None
    )
    if kept is None or not kept["open"]:
        raise SlackError("not_found")
    if args.text("hash") and args.text("hash") != kept["view"]["hash"]:
        raise SlackError("hash_conflict")
    _unique(args, view, kept["view"]["id"])
    return {"view": copy.deepcopy(made(args.world, view, kept["user"], kept["view"]))}
