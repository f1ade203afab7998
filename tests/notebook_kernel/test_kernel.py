"""The installed kernel through Jupyter's client, on the engine of CAIRN_KERNEL_ENGINE."""

from __future__ import annotations

import base64
import time
import unittest

from session import ENGINE, Session

INCLUDES = r"""
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
"""
DISPLAY_FUNCTION = r"""
void show(const std::string& mime, const std::string& bytes) {
  std::fflush(stdout);
  for (int waiting = 1; waiting > 0; usleep(100)) { ioctl(1, FIONREAD, &waiting); }
  const std::string frame = "{\"mime\": \"" + mime + "\", \"bytes\": " +
      std::to_string(bytes.size()) + "}\n" + bytes;
  for (std::size_t done = 0; done < frame.size();) {
    done += write(std::atoi(std::getenv("CAIRN_DISPLAY_FD")), frame.data() + done, frame.size() - done);
  }
}
"""
LOST = "definitions are gone; run the cells again from the top"


class KernelTest(unittest.TestCase):
    """One kernel for the tests of a group, which begins anew where a test ended it."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.session = Session()
        cls.addClassCleanup(cls.session.close)

    def run_ok(self, *cells: str):
        for code in cells:
            cell = self.session.run(code)
            self.assertEqual(cell.status, "ok", cell.messages)
        return cell

    def run_error(self, code: str):
        cell = self.session.run(code)
        self.assertEqual(cell.status, "error", cell.messages)
        return cell

    def assert_lost(self, cell, how: str) -> None:
        """The cell lost the session and said so, and the next cell has a new one."""
        self.assertEqual(cell.status, "error", cell.messages)
        self.assertIn(how, cell.error["traceback"])
        self.assertIn(LOST, cell.error["traceback"])
        self.assertIn("undeclared", self.run_error("(void)before_the_loss;").error["evalue"])
        self.assertEqual(self.run_ok("int after_the_loss = 3;", "after_the_loss").value, "3")


class Output(KernelTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for code in (INCLUDES, DISPLAY_FUNCTION):
            cls.session.run(code)

    def test_appears_while_the_cell_runs(self) -> None:
        cell = self.run_ok(
            'std::cout << "first\\n"; usleep(1000000); std::printf("second\\n");'
            ' usleep(1000000); std::cout << "third";')
        self.assertEqual(cell.text(), "first\nsecond\nthird")
        self.assertGreater(cell.seen("second") - cell.seen("first"), 0.5)
        self.assertGreater(cell.seen("third") - cell.seen("second"), 0.5)

    def test_standard_error_is_told_apart(self) -> None:
        cell = self.run_ok('std::cerr << "careful\\n"; std::cout << "fine\\n";')
        self.assertEqual(cell.text("stderr"), "careful\n")
        self.assertEqual(cell.text(), "fine\n")

    def test_a_hundred_thousand_lines_arrive_whole_and_in_few_messages(self) -> None:
        cell = self.run_ok(r'for (int i = 0; i < 100000; ++i) { std::printf("%d\n", i); }')
        self.assertEqual(cell.text(), "".join(f"{i}\n" for i in range(100000)))
        self.assertLess(len(cell.of("stream")), 1000)

    def test_text_is_utf_8(self) -> None:
        cell = self.run_ok('for (char c : std::string("Zürich → ∂")) { std::cout << c << std::flush; }')
        self.assertEqual(cell.text(), "Zürich → ∂")

    def test_a_warning_is_no_error(self) -> None:
        cell = self.run_ok('#warning "mind the gap"')
        self.assertIn("mind the gap", cell.text("stderr"))

    def test_standard_input_is_empty(self) -> None:
        self.assertEqual(self.run_ok("int got = 5; bool was_read = bool(std::cin >> got);", "was_read").value, "false")

    def test_pictures_come_between_the_texts_around_them(self) -> None:
        cell = self.run_ok(
            r'std::printf("a\n"); show("image/svg+xml", "<svg/>"); std::printf("b\n");'
            r' show("image/png", std::string("\x89PNG\0", 5)); std::printf("c\n");')
        order = [m[2].get("text") or m[2].get("data") for m in cell.messages
                 if m[1] in ("stream", "display_data")]
        png = base64.b64encode(b"\x89PNG\0").decode()
        self.assertEqual(
            order, ["a\n", {"image/svg+xml": "<svg/>"}, "b\n", {"image/png": png}, "c\n"])

    def test_a_large_picture_arrives_whole(self) -> None:
        cell = self.run_ok('show("text/html", std::string(1000000, \'x\'));')
        self.assertEqual(cell.of("display_data")[0]["data"], {"text/html": "x" * 1000000})

    def test_rubbish_on_the_display_descriptor_is_reported(self) -> None:
        cell = self.run_ok(r'write(std::atoi(std::getenv("CAIRN_DISPLAY_FD")), "hello\n", 6);')
        self.assertIn("no frame begins with", cell.text("stderr"))


class Errors(KernelTest):
    def test_an_error_names_cell_line_and_column(self) -> None:
        self.run_ok("int fine = 1;")
        cell = self.run_error("fine = 2;\nfine = nope;")
        self.assertEqual(cell.error["ename"], "CompileError")
        place = f"cell {cell.number}, line 2, column 8"
        self.assertEqual(cell.error["evalue"], f"{place}: use of undeclared identifier 'nope'")
        self.assertIn(f"{place}: error: use of", cell.error["traceback"])
        self.assertIn("fine = nope;\n", cell.error["traceback"])
        self.assertEqual(cell.text("stderr"), "")

    def test_an_error_after_an_include_and_in_a_value_keeps_its_place(self) -> None:
        cell = self.run_error("#include <string>\n\n  std::string(1, 2, 3, 4)")
        self.assertIn(f"cell {cell.number}, line 3, column 3", cell.error["evalue"])

    def test_an_earlier_cell_is_named(self) -> None:
        before = self.run_ok("int taken = 1;")
        cell = self.run_error("double taken = 2;")
        self.assertIn("redefinition of 'taken'", cell.error["evalue"])
        self.assertIn(f"cell {before.number}, line 1, column 5: note", cell.error["traceback"])

    def test_the_session_survives_an_error(self) -> None:
        self.run_ok("int kept = 4;")
        self.run_error("kept = missing;")
        self.assertEqual(self.run_ok("kept").value, "4")

    def test_an_unfinished_cell_says_so_and_harms_none_after_it(self) -> None:
        cell = self.run_error("if (true) { int a = 1;")
        self.assertIn(f"cell {cell.number}", cell.error["evalue"])
        self.assertEqual(self.run_ok("1 + 1").value, "2")

    def test_a_name_is_looked_up_when_the_cell_is_compiled(self) -> None:
        self.assertIn("nope", self.run_error("if (false) { nope(); }").error["evalue"])

    def test_an_exception_is_shown_with_type_and_text(self) -> None:
        self.run_ok("#include <stdexcept>", "int counted = 7;")
        cell = self.run_error('throw std::out_of_range("row 3 of 2");')
        self.assertEqual(cell.error["ename"], "std::out_of_range")
        self.assertIn("row 3 of 2", cell.error["evalue"])
        self.assertIn("std::out_of_range: row 3 of 2", cell.error["traceback"])
        if ENGINE == "cling":
            self.assertEqual(self.run_ok("counted").value, "7")
        else:
            self.assertIn(LOST, cell.error["traceback"])
            self.assertIn("undeclared", self.run_error("(void)counted;").error["evalue"])

    def test_a_type_of_the_notebook_and_no_exception_class_is_shown_too(self) -> None:
        self.run_ok("struct Odd { int x; };")
        self.assertEqual(self.run_error("throw Odd{1};").error["ename"].rpartition("::")[2], "Odd")

    def test_an_exception_caught_in_its_cell_costs_nothing(self) -> None:
        self.run_ok("#include <iostream>\n#include <stdexcept>", "int whole = 1;")
        cell = self.run_ok(
            'try { throw std::runtime_error("x"); }'
            " catch (const std::exception& e) { std::cout << e.what(); }")
        self.assertEqual(cell.text(), "x")
        self.assertEqual(self.run_ok("whole").value, "1")


class Loss(KernelTest):
    def setUp(self) -> None:
        self.run_ok("#include <cstdio>\n#include <cstdlib>", "int before_the_loss = 1;")

    def test_of_a_segmentation_fault(self) -> None:
        cell = self.run_error(r'std::printf("so far\n"); *reinterpret_cast<volatile int*>(8) = 1;')
        self.assertEqual(cell.text(), "so far\n")
        self.assertEqual(cell.text("stderr"), "")
        self.assert_lost(cell, "segmentation fault (SIGSEGV)")

    def test_of_an_abort(self) -> None:
        self.assert_lost(self.run_error("std::abort();"), "SIGABRT")

    def test_of_an_exit(self) -> None:
        self.assert_lost(self.run_error("std::exit(3);"), "exit code 3")

    def test_of_an_interrupted_loop(self) -> None:
        cell = self.session.interrupt_after(
            r'std::printf("on and on\n"); for (volatile int i = 0;; i = i + 1) {}', "on and on\n")
        self.assert_lost(cell, "interrupted")

    def test_none_of_it_by_an_interrupt_between_cells(self) -> None:
        self.session.manager.interrupt_kernel()
        time.sleep(0.5)
        self.assertEqual(self.run_ok("before_the_loss").value, "1")
        self.run_error("std::abort();")

    def test_of_a_restart_in_the_midst_of_a_loop(self) -> None:
        self.session.client.execute("for (volatile int i = 0;; i = i + 1) {}")
        time.sleep(1)
        self.session.manager.restart_kernel(now=False)
        self.session.client.wait_for_ready(timeout=60)
        self.assertIn("undeclared", self.run_error("(void)before_the_loss;").error["evalue"])
        self.assertEqual(self.run_ok("40 + 2").value, "42")


class Values(KernelTest):
    def test_the_last_expression_without_a_semicolon(self) -> None:
        cell = self.run_ok("int n = 20;\nn + 1  // no semicolon; but a comment")
        self.assertEqual(cell.value, "21")
        self.assertEqual(cell.of("execute_result")[0]["execution_count"], cell.number)

    def test_none_with_a_semicolon(self) -> None:
        self.assertIsNone(self.run_ok("int m = 3;", "m + 1;  // done").value)

    def test_none_of_a_call_that_returns_nothing(self) -> None:
        self.assertIsNone(self.run_ok("void silent() {}", "silent()").value)

    def test_strings_and_containers(self) -> None:
        self.run_ok("#include <string>\n#include <vector>")
        self.assertEqual(self.run_ok('std::string("ab;c")').value, '"ab;c"')
        self.assertEqual(self.run_ok("std::vector<int> v(3, 7);", "v").value, "{ 7, 7, 7 }")

    @unittest.skipUnless(ENGINE == "cling", "clang-repl prints what has an operator<<")
    def test_a_type_with_a_print_value_of_its_own(self) -> None:
        self.run_ok("#include <string>", "struct Stone { int weight; };",
                    "namespace cling { std::string printValue(const Stone* s) {"
                    ' return "a stone of " + std::to_string(s->weight); } }',
                    "Stone stone{4};")  # fmt: skip
        self.assertEqual(self.run_ok("stone").value, "a stone of 4")


class Editing(KernelTest):
    def test_completion_and_inspection(self) -> None:
        self.run_ok("int paces_walked(int days, int hours = 8) { return days * hours; }")
        code = "int x = paces_wal"
        reply = self.session.client.complete(code, len(code), reply=True, timeout=60)["content"]
        shown = self.session.client.inspect(code + "ked(", 12, reply=True, timeout=60)["content"]
        if ENGINE == "cling":
            self.assertEqual(reply["matches"], ["paces_walked"])
            self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (8, 17))
            self.assertIn("int paces_walked(int days, int hours = 8)", shown["data"]["text/plain"])
        else:  # it offers neither, and must say so without failing
            self.assertEqual(reply["matches"], [])
            self.assertFalse(shown["found"])

    def test_kernel_info(self) -> None:
        info = self.session.client.kernel_info(reply=True, timeout=60)["content"]
        self.assertEqual(info["language_info"]["name"], "C++")
        self.assertIn(ENGINE, info["banner"].lower())


class Portability(KernelTest):
    def test_the_language_is_cpp_17(self) -> None:
        self.assertEqual(self.run_ok("__cplusplus").value, "201703")

    def test_nothing_of_this_machine_is_taken_for_granted(self) -> None:
        self.run_ok("#ifdef __AVX__\n#error AVX\n#endif\n#ifdef __SSE4_2__\n#error SSE4.2\n#endif\n")

    def test_code_is_optimised(self) -> None:
        self.run_ok("#ifndef __OPTIMIZE__\n#error slow\n#endif\n")

    def test_headers_are_found_beside_the_notebook(self) -> None:
        self.run_ok('#include "beside.h"')
        self.assertEqual(self.run_ok("beside::answer").value, "42")


if __name__ == "__main__":
    unittest.main()
