"""The first sentence that a question asks for by its form: yes or no, a time, what lies in a period, a named cause.

Made of numbers of the data, as findings with the sentence in `values["reply"]`; the ordinary answer follows it.
"""

from workers.replying.reply import replies

__all__ = ["replies"]
