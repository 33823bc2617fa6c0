"""One classic script made of ES modules, so that the page stays one file.

A browser loads modules over a network only, and the page has none. The modules are therefore put one after another,
each after those that it imports, into one scope; `import` statements and the word `export` are left out, as are the
lines that hold only comments. No name is changed, so two modules may not declare the same one at their top level.

A module keeps to the small part of the language that can be joined without a parser:

- `import { a, b } from "./other.js";` before any other statement;
- `export` in front of a `function`, `class`, `const` or `let` that starts a line;
- no default exports, no renaming, and a template literal ends on the line on which it begins.

What does not keep to it is refused, with its file and line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

__all__ = ["CannotJoin", "Module", "joined", "modules_of"]

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.\.?/[^"]+)";\n', re.MULTILINE)
_DECLARATION = re.compile(r"^(export )?(?:(?:async )?function\*?|class|const|let) ([\w$]+)", re.MULTILINE)
_NAME = re.compile(r"[\w$]+")
_REFUSED = {
    re.compile(r"^import\b"): 'an import is written `import { a, b } from "./other.js";`, without `as`',
    re.compile(r"^export (?!(?:async )?function\b|class\b|const\b|let\b)"): "`export` stands before a declaration only",
    re.compile(r"^(?:export )?(?:const|let) [{\[]"): "a statement at the top level declares one name",
    re.compile(r"^(?:export )?var\b"): "`var` is not used; write `const` or `let`",
    re.compile(r"\bimport\("): "a module is not loaded at run time",
}


class CannotJoin(ValueError):
    """A module that cannot be joined: where, and why."""


@dataclass(frozen=True)
class Module:
    """One module.

    path: within the folder, with forward slashes. imports: names by the path of the module that they come from.
    declared: names at its top level. exported: those that other modules may import. code: without imports, exports
    and comments.
    """

    path: str
    imports: Mapping[str, tuple[str, ...]]
    declared: tuple[str, ...]
    exported: frozenset[str]
    code: str


def joined(folder: Traversable, entry: str) -> str:
    """The script of the entry's module and of all that it needs. Raises CannotJoin."""
    parts = [f"// {module.path}\n{module.code}" for module in modules_of(folder, entry)]
    return '"use strict";\n' + "".join(parts)


def modules_of(folder: Traversable, entry: str) -> list[Module]:
    """The entry's module and all that it needs, each after those that it imports; the same order every time.

    Raises CannotJoin for a circle of imports, an import of what is not there, and a name that two modules declare.
    """
    found: dict[str, Module] = {}
    _collect(folder, entry, (), found)
    owners: dict[str, str] = {}
    for module in found.values():
        for other, names in module.imports.items():
            for name in sorted(set(names) - found[other].exported):
                raise CannotJoin(f"{module.path}: '{name}' is not exported by {other}")
        for name in module.declared:
            if name in owners:
                raise CannotJoin(f"{module.path}: '{name}' is declared in {owners[name]} too; rename one of the two")
            owners[name] = module.path
    return list(found.values())


def _collect(folder: Traversable, path: str, above: tuple[str, ...], found: dict[str, Module]) -> None:
    """Add a module after those that it imports. above: the modules that led to it."""
    if path in above:
        circle = [*above[above.index(path) :], path]
        raise CannotJoin(f"modules import each other in a circle: {' -> '.join(circle)}")
    if path in found:
        return
    file = folder.joinpath(*path.split("/"))
    if not file.is_file():
        raise CannotJoin(f"{above[-1] if above else 'the entry'}: there is no module {path}")
    module = _read(path, file.read_text(encoding="utf-8"))
    for other in module.imports:
        _collect(folder, other, (*above, path), found)
    found[path] = module


def _read(path: str, source: str) -> Module:
    """A module from its text. Raises CannotJoin with the line that breaks the rules."""
    text = _without_comments(path, source)
    imports: dict[str, tuple[str, ...]] = {}
    folder = posixpath.dirname(path)
    text = text.lstrip("\n")
    while match := _IMPORT.match(text):
        other = posixpath.normpath(posixpath.join(folder, match[2]))
        imports[other] = (*imports.get(other, ()), *_names(path, match[1]))
        text = text[match.end() :].lstrip("\n")
    for line in text.split("\n"):
        for pattern, why in _REFUSED.items():
            if pattern.search(line):
                number = source.split("\n").index(line) + 1
                raise CannotJoin(f"{path}:{number}: {line.strip()}  ({why})")
    declarations = list(_DECLARATION.finditer(text))
    return Module(
        path,
        imports,
        tuple(match[2] for match in declarations),
        frozenset(match[2] for match in declarations if match[1]),
        _DECLARATION.sub(lambda match: match[0].removeprefix("export "), text),
    )


def _names(path: str, listed: str) -> list[str]:
    names = [name.strip() for name in listed.split(",") if name.strip()]
    for name in names:
        if not _NAME.fullmatch(name):
            raise CannotJoin(f"{path}: {name}  (a name is imported as it is, without `as`)")
    return names


def _without_comments(path: str, source: str) -> str:
    """The text without lines that hold only a comment, or a part of one."""
    kept = []
    is_inside = False
    for number, line in enumerate(source.splitlines(), start=1):
        bare = line.strip()
        if is_inside or bare.startswith("/*"):
            is_inside = "*/" not in bare
            if not is_inside and not bare.endswith("*/"):
                raise CannotJoin(f"{path}:{number}: {bare}  (no code follows a comment on its line)")
        elif not bare.startswith("//"):
            if bare.count("`") % 2:
                raise CannotJoin(f"{path}:{number}: {bare}  (a template literal ends on the line on which it begins)")
            kept.append(line)
    return "".join(f"{line}\n" for line in kept if line)
