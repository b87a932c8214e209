"""Small changes of the engine's source: another comparison, a number one off, a condition turned round."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "eligibility" / "requirements").glob("[!_]*.py"))
"""The rules; what they rest on, ``eligibility/case.py``, can be named on the command line too."""

Change = Callable[[Any], ast.AST]

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
EXCHANGED = {"min": "max", "max": "min", "any": "all", "all": "any", "start": "end", "end": "start"}
FINDINGS = {"met", "noted", "blocked", "not_certified"}
TIMES = {"until", "opens"}


@dataclass(frozen=True)
class Mutant:
    """One change at one place. ``tree``: the changed module; ``constant``: a class attribute that it changes."""

    path: Path
    line: int
    before: str
    after: str
    tree: ast.Module
    constant: tuple[str, str, object] | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """File and change, whatever the line."""
        return self.path.name, self.before, self.after

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.before}  ->  {self.after}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = {id(item): node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for item in node.body}
    for index, node in enumerate(_rule_nodes(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            target = list(_rule_nodes(changed))[index]
            before = ast.unparse(target)
            after = change(target)
            constant = None
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(after, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
            ):
                value = after.value.value if isinstance(after.value, ast.Constant) else None
                constant = (owners[id(node)], node.target.id, value)
            else:
                _put(changed, target, after)
            yield Mutant(path, getattr(node, "lineno", 0), before, ast.unparse(after), changed, constant)


def _put(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    """Exchange a node of a tree for another one."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if item is old else item for item in value])
    ast.fix_missing_locations(tree)


def _rule_nodes(tree: ast.AST, told: frozenset[str] = frozenset()) -> Iterator[ast.AST]:
    """The nodes that decide: not decorators, annotations, or what only fills a sentence."""
    if isinstance(tree, ast.FunctionDef):
        told = _only_told(tree)
    for name, value in ast.iter_fields(tree):
        if name in ("decorator_list", "annotation", "returns", "args") and not isinstance(tree, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _only_words(tree, child) and not _assigns(child) <= told:
                yield child
                if not (isinstance(tree, ast.ClassDef | ast.Module) and isinstance(child, ast.Assign | ast.AnnAssign)):
                    yield from _rule_nodes(child, told)


NOTHING_ASSIGNED = frozenset({""})


def _assigns(node: ast.AST) -> frozenset[str]:
    """The names that a statement gives a value."""
    if not isinstance(node, ast.Assign):
        return NOTHING_ASSIGNED
    return frozenset(part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name))


def _only_told(function: ast.FunctionDef) -> frozenset[str]:
    """The names of a function that nothing but sentences are filled with."""
    words = [value for call in ast.walk(function) for value in ast.iter_child_nodes(call) if _only_words(call, value)]
    told = {id(part) for value in words for part in ast.walk(value)}
    names = [part for part in ast.walk(function) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
    return frozenset({name.id for name in names}) - {name.id for name in names if id(name) not in told}


def _only_words(parent: ast.AST, child: ast.AST) -> bool:
    """What a finding's sentence is filled with is for the tests of the wording."""
    finding = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in FINDINGS
    return finding and isinstance(child, ast.keyword) and child.arg not in TIMES


def _changes(node: ast.AST) -> Iterator[Change]:
    """What can be done to a node."""
    for kind, changes in KINDS_OF_CHANGE:
        if isinstance(node, kind):
            yield from changes(node)


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for index, operator in enumerate(node.ops):
        for other in COMPARISONS.get(type(operator), ()):
            yield partial(_compared, index=index, operator=other())


def _of_and_or(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield lambda old: _with(old, op=other)
    for index in range(len(node.values)):
        yield partial(_less_one, index=index)


def _of_not(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield lambda old: old.operand


def _of_sum(node: ast.BinOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield lambda old: _with(old, op=other)


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield lambda _: ast.Constant(not value)
    elif isinstance(value, int):
        yield lambda _: ast.Constant(value + 1)
        yield lambda _: ast.Constant(value - 1)


def _of_attribute(node: ast.AnnAssign) -> Iterator[Change]:
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    if isinstance(value, bool):
        yield lambda old: _with(old, value=ast.Constant(not value))


def _of_condition(node: ast.If | ast.IfExp) -> Iterator[Change]:
    """Comparisons, and, or and not are turned round where they stand."""
    if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield lambda old: _with(old, test=ast.UnaryOp(ast.Not(), old.test))


def _of_return(node: ast.Return) -> Iterator[Change]:
    if _calls(node.value) in FINDINGS - {"met"}:
        yield lambda _: ast.Return(ast.Call(ast.Name("met", ast.Load()), [ast.Name("self", ast.Load())], []))


def _of_call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in EXCHANGED:
        name = EXCHANGED[node.func.id]
        yield lambda old: _with(old, func=ast.Name(name, ast.Load()))
    if isinstance(node.func, ast.Attribute) and node.func.attr in EXCHANGED:
        name = EXCHANGED[node.func.attr]
        yield lambda old: _with(old, func=ast.Attribute(old.func.value, name, ast.Load()))


KINDS_OF_CHANGE: tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...] = (
    (ast.Compare, _of_comparison),
    (ast.BoolOp, _of_and_or),
    (ast.UnaryOp, _of_not),
    (ast.BinOp, _of_sum),
    (ast.Constant, _of_constant),
    (ast.AnnAssign, _of_attribute),
    (ast.If | ast.IfExp, _of_condition),
    (ast.Return, _of_return),
    (ast.Call, _of_call),
)


def _calls(value: ast.AST | None) -> str:
    return value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""


def _with(node: Any, **fields: Any) -> Any:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _compared(node: ast.Compare, index: int, operator: ast.cmpop) -> ast.AST:
    changed: ast.AST = _with(node, ops=[*node.ops[:index], operator, *node.ops[index + 1 :]])
    return changed


def _less_one(node: ast.BoolOp, index: int) -> ast.AST:
    kept = [value for place, value in enumerate(node.values) if place != index]
    changed: ast.AST = kept[0] if len(kept) == 1 else _with(node, values=kept)
    return changed
