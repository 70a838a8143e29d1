"""The yardstick for load on Telegram: python-telegram-bot as its guide writes it. `python -m ... echo|ack [PORT]`.

"echo" replies to every text, "ack" has a handler that does nothing. Both reply to "last": whoever measures knows then
that all updates before it were handled. PTB confirms updates before its handlers run. With a port: a webhook there.
"""

from __future__ import annotations

import os
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

SECRET = "s3cret_-"


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Reply with what was said."""
    await update.effective_message.reply_text(update.effective_message.text)


async def nothing(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Nothing, but for the last one."""
    if update.effective_message.text == "last":
        await echo(update, context)


def main() -> None:
    """Poll, or serve a webhook on the port given, until killed."""
    root, token = os.environ["TELEGRAM_API_URL"], os.environ["TELEGRAM_BOT_TOKEN"]
    app = Application.builder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").build()
    app.add_handler(MessageHandler(filters.TEXT, echo if sys.argv[1] == "echo" else nothing))
    if len(sys.argv) == 2:
        app.run_polling()
        return
    where = f"http://127.0.0.1:{sys.argv[2]}/hook"
    app.run_webhook("127.0.0.1", int(sys.argv[2]), "hook", webhook_url=where, secret_token=SECRET)


if __name__ == "__main__":
    main()
