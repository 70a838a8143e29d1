"""An outlet that remembers what was said through it, for tests of the conversation without a platform."""

from bot.outlet import Sent


class RecordingOutlet:
    """Posts as Slack does; `trouble` is raised by every post while it is set."""

    platform, own_pictures = "slack", True

    def __init__(self, _settings):
        self.posts, self.whispers, self.trouble = [], [], None

    def post(self, place, reply, _key, *, again=False):
        if self.trouble is not None:
            raise self.trouble
        self.posts.append(reply.plain)
        return Sent(channel=place.channel, message=f"m{len(self.posts)}")

    def edit(self, sent, reply, pictures=()):
        self.posts.append(f"edit of {sent.message}: {reply.plain}")

    def whisper(self, place, reply, ticket=""):
        self.whispers.append((place.user, reply.plain))

    def toast(self, ticket, text=""):
        pass

    def working(self, place, text):
        pass

    def name_of(self, user):
        return user
