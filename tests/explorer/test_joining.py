"""Modules joined into one script: their order, what is left out, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from faulttree.explorer.joining import CannotJoin, joined, modules_of


def folder_of(tmp_path: Path, modules: Mapping[str, str]) -> Path:
    for name, source in modules.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return tmp_path


def test_a_module_comes_after_those_that_it_imports_once_and_without_imports_exports_and_comments(
    tmp_path: Path,
) -> None:
    folder = folder_of(
        tmp_path,
        {
            "main.js": '// The page.\n\nimport { twice } from "./engine/twice.js";\nimport {\n  ONE, two,\n}'
            ' from "./engine/numbers.js";\n\nlet shown = twice(ONE) + two();\n',
            "engine/twice.js": 'import { two } from "./numbers.js";\n/** Twice a number. */\n'
            "export function twice(number) {\n  // Not `+`.\n  return two() * number; // a product\n}\n",
            "engine/numbers.js": "/*\n * Two numbers.\n * export const NONE = 0;\n */\nexport const ONE = 1;\n"
            "export async function* later() {}\nexport function* two() {}\n",
        },
    )
    assert joined(folder, "main.js") == (
        '"use strict";\n'
        "// engine/numbers.js\nconst ONE = 1;\nasync function* later() {}\nfunction* two() {}\n"
        "// engine/twice.js\nfunction twice(number) {\n  return two() * number; // a product\n}\n"
        "// main.js\nlet shown = twice(ONE) + two();\n"
    )
    numbers, twice, main = modules_of(folder, "main.js")
    assert (numbers.declared, numbers.exported) == (("ONE", "later", "two"), {"ONE", "later", "two"})
    assert twice.imports == {"engine/numbers.js": ("two",)}
    assert (main.declared, main.exported) == (("shown",), frozenset())


def test_the_order_is_that_of_the_imports_whatever_else_lies_in_the_folder(tmp_path: Path) -> None:
    modules = {f"{name}.js": f"export const {name} = 1;\n" for name in "zay"}
    entry = "".join(f'import {{ {name} }} from "./{name}.js";\n' for name in "zay")
    folder = folder_of(tmp_path, modules | {"main.js": entry, "other.js": "const z = 2;\n"})
    assert [module.path for module in modules_of(folder, "main.js")] == ["z.js", "a.js", "y.js", "main.js"]


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            {
                "main.js": 'import { a } from "./a.js";\n',
                "a.js": 'import { b } from "./b.js";\nexport const a = 1;\n',
                "b.js": 'import { a } from "./a.js";\nexport const b = 1;\n',
            },
            "modules import each other in a circle: a.js -> b.js -> a.js",
        ),
        (
            {
                "main.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\n',
                "a.js": "export const a = 1;\nfunction same() {}\n",
                "b.js": "export const b = 1;\nconst same = 1;\n",
            },
            "b.js: 'same' is declared in a.js too; rename one of the two",
        ),
        (
            {"main.js": 'import { b } from "./a.js";\n', "a.js": "const b = 1;\n"},
            "main.js: 'b' is not exported by a.js",
        ),
        ({"main.js": 'import { b } from "./a.js";\n'}, "main.js: there is no module a.js"),
        ({"other.js": ""}, "the entry: there is no module main.js"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, modules: Mapping[str, str], said: str) -> None:
    with pytest.raises(CannotJoin) as caught:
        joined(folder_of(tmp_path, modules), "main.js")
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('import { a as b } from "./a.js";', "without `as`"),
        ('import * as a from "./a.js";', "an import is written"),
        ('import a from "./a.js";', "an import is written"),
        ('import "./a.js";', "an import is written"),
        ('import { a } from "package";', "an import is written"),
        ("export default 1;", "before a declaration only"),
        ("export { a };", "before a declaration only"),
        ("const { a, b } = c;", "declares one name"),
        ("export let [a, b] = c;", "declares one name"),
        ("var a = 1;", "`var` is not used"),
        ('const a = () => import("./a.js");', "not loaded at run time"),
        ("const a = `first", "a template literal ends on the line"),
        ("/* a */ const b = 1;", "no code follows a comment"),
    ],
)
def test_what_cannot_be_joined_safely_is_refused_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    folder = folder_of(tmp_path, {"main.js": f"// A page.\n\n{line}\n", "a.js": "export const a = 1;\n"})
    with pytest.raises(CannotJoin) as caught:
        joined(folder, "main.js")
    assert str(caught.value).startswith("main.js:")
    assert why in str(caught.value)


def test_an_import_stands_before_all_else(tmp_path: Path) -> None:
    late = 'const b = 1;\nimport { a } from "./a.js";\n'
    with pytest.raises(CannotJoin, match=r"main\.js:2: import"):
        joined(folder_of(tmp_path, {"main.js": late, "a.js": "export const a = 1;\n"}), "main.js")
