"""The look at the code before it runs."""

import pytest

from workers.sandbox.check import MAX_CHARS, problem

FINE = [
    "import pandas as pd, numpy as np\nanswer = df['S8'].mean()",
    "from sklearn.ensemble import IsolationForest\nfrom matplotlib import pyplot as plt\nfrom scipy import signal",
    "answer = getattr(df, 'shape')\nclass A:\n    def __init__(self): self.x = 1",
    "if __name__ == '__main__':\n    table = df.query('S8 > 45').eval('x = S8 * 2')",
]
REFUSED = {
    "import os": "import os",
    "import subprocess as pandas": "import subprocess",
    "import pandas.io.common, socket": "import socket",
    "from os import path": "import from os",
    "from . import x": "import from .",
    "__import__('os')": "the name __import__",
    "eval('1')": "the name eval",
    "open('x')": "the name open",
    "f = exec": "the name exec",
    "().__class__.__bases__": "the attribute __bases__",
    "df.__class__": "the attribute __class__",
    "(lambda: 0).__globals__": "the attribute __globals__",
    "(x for x in []).gi_frame": "the attribute gi_frame",
    "pd.read_pickle('x')": "the attribute read_pickle",
    "getattr(df, name)": "getattr with a computed or hidden name",
    "getattr(df, '__class__')": "getattr with a computed or hidden name",
    "print(__builtins__)": "the name __builtins__",
}


@pytest.mark.parametrize("code", FINE)
def test_ordinary_code_passes(code):
    assert problem(code) is None


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_is_named_with_its_line(code):
    found = problem("x = 1\n" + code)
    assert found.type == "NotAllowed"
    assert found.message.startswith(REFUSED[code] + ":")
    assert (found.line, found.source) == (2, code)


def test_code_that_cannot_be_parsed_is_told_where():
    found = problem("x = 1\ny = (")
    assert (found.type, found.line) == ("SyntaxError", 2)
    assert problem("x\0").type in ("SyntaxError", "ValueError")
    assert problem("(" * 5000 + ")" * 5000) is not None
    assert problem("x = 1\n" * MAX_CHARS).type == "CodeTooLong"
