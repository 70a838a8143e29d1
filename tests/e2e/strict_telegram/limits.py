"""The platform's numbers, each with the place in Telegram's documentation that states it."""

import re

RAW_TEXT_BYTES = 1 << 15  # text as sent, tags included; telegram-bot-api refuses longer ones ("text is too long")
TEXT_UNITS = 4096  # sendMessage.text: 1-4096 characters after entities parsing; counted in UTF-16 code units
CAPTION_UNITS = 1024  # sendPhoto.caption and relatives: 0-1024 characters after entities parsing
QUOTE_UNITS = 1024  # ReplyParameters.quote: 0-1024 characters after entities parsing
CALLBACK_ANSWER_UNITS = 200  # answerCallbackQuery.text: 0-200 characters

CALLBACK_DATA_BYTES = 64  # InlineKeyboardButton.callback_data: 1-64 bytes
COPY_TEXT_UNITS = 256  # CopyTextButton.text: 1-256 characters
KEYBOARD_BUTTONS = 100  # not in the reference; limits.tginfo.me and python-telegram-bot's constants
KEYBOARD_ROW = 8  # likewise: python-telegram-bot's InlineKeyboardMarkupLimit
KEYBOARD_BYTES = 10 * 1024  # "reply markup is too long": about 10 kB of JSON (tginfo/Telegram-Limits issue 187)

DOWNLOAD_BYTES = 20 * 1024 * 1024  # getFile: bots can download files of up to 20 MB
UPLOAD_BYTES = 50 * 1024 * 1024  # sendDocument: bots can send files of any type of up to 50 MB
PHOTO_BYTES = 10 * 1024 * 1024  # sendPhoto: at most 10 MB in size
PHOTO_SIDES = 10_000  # sendPhoto: width and height must not exceed 10000 in total
PHOTO_RATIO = 20  # sendPhoto: width and height ratio must be at most 20
REQUEST_BYTES = UPLOAD_BYTES + 2 * 1024 * 1024  # the file and its form; beyond it the HTTP server says 413

ALBUM = range(2, 11)  # sendMediaGroup.media: must include 2-10 items

COMMANDS = 100  # setMyCommands: at most 100 commands can be specified
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")  # BotCommand.command: 1-32; lowercase letters, digits, underscores
COMMAND_DESCRIPTION = range(1, 257)  # BotCommand.description: 1-256 characters
DESCRIPTION_UNITS = 512  # setMyDescription.description: 0-512 characters
SHORT_DESCRIPTION_UNITS = 120  # setMyShortDescription.short_description: 0-120 characters

UPDATES_LIMIT = 100  # getUpdates.limit: values between 1 and 100
POLL_SECONDS = 50  # getUpdates.timeout: the server waits no longer than this
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")  # setWebhook.secret_token
WEBHOOK_PORTS = (80, 88, 443, 8443)  # setWebhook, notes: ports currently supported
CONNECTIONS = range(1, 101)  # setWebhook.max_connections: 1-100
DELETE_SECONDS = 48 * 3600  # deleteMessage: only if it was sent less than 48 hours ago

# Update.*: what getUpdates and setWebhook know as allowed_updates; the last three must be asked for by name.
UPDATE_TYPES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "chat_member",
    "message_reaction",
    "message_reaction_count",
)
ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")

CHAT_ACTIONS = (  # sendChatAction.action
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)

_EMOJIS = (  # ReactionTypeEmoji.emoji, without variation selectors
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
)
REACTIONS = frozenset(_EMOJIS.split())
