"""A bot of the real python-telegram-bot that echoes: what the server is tried with, and a yardstick for load.

`python -m tests.e2e.strict_telegram.echo_bot` polls; with a port it serves a webhook there. TELEGRAM_API_URL and
TELEGRAM_BOT_TOKEN say where Telegram is.
"""

import os
import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

SECRET = "s3cret_-"


async def on_message(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Says a text again with a button, or how long a document is."""
    message = update.effective_message
    if message.document:
        data = await (await message.document.get_file()).download_as_bytearray()
        await message.reply_text(f"{message.document.file_name}: {len(data)} bytes")
        return
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Agree", callback_data="a:1")]])
    await message.reply_text(f"echo {message.text}", reply_markup=buttons, do_quote=True)


async def on_tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answers a press and says which button it was."""
    await update.callback_query.answer("noted")
    await update.callback_query.edit_message_text(f"you pressed {update.callback_query.data}")


async def on_reaction(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Names the emoji."""
    emoji = update.message_reaction.new_reaction[0].emoji
    await context.bot.send_message(update.effective_chat.id, f"reaction {emoji}")


async def on_edit(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Says the text after an edit."""
    await update.effective_message.reply_text(f"edited to {update.edited_message.text}")


def main() -> None:
    """Polls, or serves a webhook on the port given."""
    root, token = os.environ["TELEGRAM_API_URL"], os.environ["TELEGRAM_BOT_TOKEN"]
    app = Application.builder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").build()
    app.add_handler(CallbackQueryHandler(on_tap))
    app.add_handler(MessageReactionHandler(on_reaction))
    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edit))
    app.add_handler(MessageHandler(filters.TEXT | filters.Document.ALL, on_message))
    kinds = Update.ALL_TYPES
    if len(sys.argv) == 1:
        app.run_polling(allowed_updates=kinds, timeout=5)
        return
    port = int(sys.argv[1])
    where = f"http://127.0.0.1:{port}/hook"
    app.run_webhook("127.0.0.1", port, "hook", webhook_url=where, allowed_updates=kinds, secret_token=SECRET)


if __name__ == "__main__":
    main()
