"""The kernel's parts that need neither Jupyter nor an engine."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cairn_kernel import cells, completion, errors
from cairn_kernel.child import Child, ChildEnded, how_it_ended
from cairn_kernel.frames import BadFrame, FrameReader
from cairn_kernel.messages import MessageCatcher
from cairn_kernel.streams import TextStream
from cairn_kernel.symbols import SymbolNotFound, read_values


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, bytes]] = []

    def heard(self, pipe: str, data: bytes) -> None:
        self.pieces.append((pipe, data))

    def due(self) -> None:
        return None

    def pause(self) -> None:
        pass


class Frames(unittest.TestCase):
    def test_a_frame_in_single_bytes(self) -> None:
        reader = FrameReader()
        for byte in b'{"mime": "text/html", "bytes": 3}\na\nb{"mime"':
            reader.feed(bytes([byte]))
        self.assertEqual(reader.next(), ("text/html", b"a\nb"))
        self.assertIsNone(reader.next())

    def test_text_goes_as_text_and_the_rest_in_base_64(self) -> None:
        reader = FrameReader()
        reader.feed('{"mime": "image/svg+xml", "bytes": 2}\né'.encode())
        reader.feed(b'{"mime": "image/png", "bytes": 2}\n\xff\x00')
        self.assertEqual(reader.next().bundle(), {"image/svg+xml": "é"})
        self.assertEqual(reader.next().bundle(), {"image/png": "/wA="})

    def test_what_is_no_frame_is_refused_and_forgotten(self) -> None:
        for wrong in (b"hello\n", b'{"mime": "a"}\n', b'{"mime": "a", "bytes": -1}\n', b"x" * 5000):
            reader = FrameReader()
            reader.feed(wrong)
            with self.assertRaises(BadFrame):
                reader.next()
            self.assertIsNone(reader.next())


class Text(unittest.TestCase):
    def test_what_comes_fast_goes_together_and_in_order(self) -> None:
        sent = []
        text = TextStream(lambda name, words: sent.append((name, words)), pause=60)
        for name, data in (("stdout", b"a"), ("stdout", b"b"), ("stdout", b"c"), ("stderr", b"!")):
            text.write(name, data)
        text.flush()
        self.assertEqual(sent, [("stdout", "a"), ("stdout", "bc"), ("stderr", "!")])

    def test_a_character_in_two_pieces(self) -> None:
        sent = []
        text = TextStream(lambda _, words: sent.append(words), pause=0)
        text.write("stdout", "é".encode()[:1])
        text.write("stdout", "é".encode()[1:])
        self.assertEqual("".join(sent), "é")


class Cells(unittest.TestCase):
    def test_the_value_that_is_wanted(self) -> None:
        for code, head, tail in (
            ("x", "", "x"),
            ("int a = 1; a + 2 // hi;", "int a = 1; ", "a + 2"),
            ("int n = 1'000; n", "int n = 1'000; ", "n"),
            ("#include <a>\n f(1)", "#include <a>\n ", "f(1)"),
            ("#define A \\\n 3\nA", "#define A \\\n 3\n", "A"),
            ('R"x(;)x" + f(";", \';\')', "", 'R"x(;)x" + f(";", \';\')'),
            ("for (;;) { x; }\ny /* ; */", "for (;;) { x; }\n", "y"),
        ):
            self.assertEqual(cells.split_value(code), (head, tail))
            self.assertTrue(cells.wants_value(code))

    def test_no_value(self) -> None:
        for code in ("x;", "x; // y", "x; /* y */", "", "// x"):
            self.assertFalse(cells.wants_value(code), code)
            self.assertEqual(cells.split_value(code), (code, ""))

    def test_brackets(self) -> None:
        for code in ("f({1}, a[2]);", '"{" + R"(})" + \'(\'', "// {\n/* ( */ x"):
            self.assertIsNone(cells.unbalanced(code), code)
        self.assertEqual(cells.unbalanced("a;\n { b"), "2:2: error: '{' is never closed")
        self.assertEqual(cells.unbalanced("f(a]"), "1:4: error: ']' closes nothing")


class Messages(unittest.TestCase):
    def test_places_in_words(self) -> None:
        text = errors.readable("cell 3:2:5: error: no\nx\n^\nIn file included from cell 4:1:\nh.h:1:2: note: y\n", 3)
        self.assertEqual(
            text,
            "cell 3, line 2, column 5: error: no\nx\n^\n"
            "In file included from cell 4, line 1:\nh.h:1:2: note: y\n")
        self.assertEqual(errors.first_error(text), "cell 3, line 2, column 5: no")

    def test_the_engines_own_wrapping_does_not_show(self) -> None:
        cling = (
            "<<< cling interactive line includer >>>:1:1: error: expected '}'\n^\n"
            "input_line_16:1:42: note: to match this '{'\n"
            "void __cling_Un1Qu36(void* vpClingValue) {\n                    ^\n")
        self.assertEqual(errors.readable(cling, 7), "cell 7, at its end: error: expected '}'\n^\n")
        repl = (
            "In file included from <<< inputs >>>:1:\nIn file included from input_line_9:1:\n"
            "cell 5:3:5: error: a\nerror: Parsing failed.\n")
        self.assertEqual(errors.readable(repl, 5), "cell 5, line 3, column 5: error: a\n")

    def test_warnings_go_ahead_of_the_output_and_errors_nowhere(self) -> None:
        heard = Heard()
        catcher = MessageCatcher(heard, "messages", until_output=True)
        catcher.heard("messages", b"warning")
        catcher.heard("stdout", b"text")
        catcher.heard("messages", b"error")
        self.assertEqual(heard.pieces, [("stderr", b"warning"), ("stdout", b"text")])
        self.assertEqual(catcher.messages(), "error")


class Completion(unittest.TestCase):
    def test_declarations(self) -> None:
        described = ["[#int#]area(<#int w#>{#, <#int h = 1#>#})[# const#]", "arena", "other", "[#void#]ar__cling_x()"]
        self.assertEqual(
            completion.declarations(described, "ar"),
            [("area", "int area(int w, int h = 1) const"), ("arena", "arena")])

    def test_words(self) -> None:
        self.assertEqual(completion.word_before("a.size", 4), "si")
        self.assertEqual(completion.word_before("f(", 2), "")
        self.assertEqual(completion.word_end("a.size()", 4), 6)


class Children(unittest.TestCase):
    def child(self, code: str) -> Child:
        code = code.replace("{", "{{").replace("}", "}}")
        child = Child([sys.executable, "-c", code, "{replies}", "{display}"], ["display", "stdout", "stderr"])
        self.addCleanup(child.stop)
        return child

    def test_all_that_was_said_before_a_reply_is_heard_before_it(self) -> None:
        child = self.child(
            "import os, sys\n"
            "os.write(2, b'e' * 10); os.write(1, b'o' * 60000); os.write(int(sys.argv[2]), b'd')\n"
            "os.write(int(sys.argv[1]), b'{\"a\": 1}\\n'); input()")
        heard = Heard()
        self.assertEqual(child.listen(heard), {"a": 1})
        lengths: dict[str, int] = {}
        for pipe, data in heard.pieces:
            lengths[pipe] = lengths.get(pipe, 0) + len(data)
        self.assertEqual(lengths, {"stderr": 10, "stdout": 60000, "display": 1})

    def test_the_end_is_noticed_even_if_a_grandchild_holds_the_pipes(self) -> None:
        child = self.child(
            "import os, subprocess\nsubprocess.Popen(['sleep', '20'], close_fds=False)\n"
            "os.write(1, b'last words'); os.kill(os.getpid(), 9)")
        heard = Heard()
        with self.assertRaisesRegex(ChildEnded, "SIGKILL"):
            child.listen(heard)
        self.assertEqual(heard.pieces, [("stdout", b"last words")])

    def test_ends_in_words(self) -> None:
        self.assertEqual(how_it_ended(3), "exit code 3")
        self.assertEqual(how_it_ended(-11), "segmentation fault (SIGSEGV)")


class Symbols(unittest.TestCase):
    def test_a_hidden_function_is_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder, "lib.so")
            code = "static int hidden() { return 42; }\nextern \"C\" int (*get())() { return &hidden; }"
            subprocess.run(
                [os.environ.get("CXX", "c++"), "-shared", "-fPIC", "-x", "c++", "-", "-o", library],
                input=code.encode(), check=True)  # fmt: skip
            values = read_values(library, ["_ZL6hiddenv", "get"])
            here = ctypes.cast(ctypes.CDLL(str(library)).get, ctypes.c_void_p).value
            hidden = ctypes.CFUNCTYPE(ctypes.c_int)(here - values["get"] + values["_ZL6hiddenv"])
            self.assertEqual(hidden(), 42)
            with self.assertRaisesRegex(SymbolNotFound, "no symbol absent"):
                read_values(library, ["absent"])
            # Into another file: this one is loaded, and is run once more when Python ends.
            stripped = Path(folder, "stripped.so")
            subprocess.run(["strip", "-o", stripped, library], check=True)
            with self.assertRaisesRegex(SymbolNotFound, "stripped"):
                read_values(stripped, ["get"])


if __name__ == "__main__":
    unittest.main()
