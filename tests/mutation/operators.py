"""Mutants of one module: each is the module with one small change, as a programmer may slip.

The changes fit a Django project: beside comparisons, numbers and removed statements also the
conditions of queries (`filter`, `exclude`, `Q`), their lookups (`__lt`, `__lte`) and their order.

Not changed: text, annotations, decorators, class bodies outside methods (constraints have tests
of their own), and everything that takes a lock (two connections are needed to notice it).
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

Node = ast.AST
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
LOOKUPS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
CONDITIONS = {"filter", "exclude", "Q", "order_by", "get", "update"}
WORDS = {  # of a query, which narrow or order it
    *("open", "waiting", "with_copy", "eligible", "in_queue_order", "free", "not_wanted_back"),
    *("true_now", "accepted", "running", "distinct", "past_deadline", "ahead_of_outer"),
}
LEFT_ALONE = ("select_related", "prefetch_related", "select_for_update", "defer", "only", "cast")
CONTEXT = 30  # characters that a description keeps around the change


@dataclass(frozen=True)
class Mutant:
    place: str  # the qualified name of the function, or the name of a constant
    is_constant: bool
    lines: range  # of the statement that is changed
    change: str
    code: CodeType  # of the whole module; of a constant alone its statement


@dataclass(frozen=True)
class Site:
    """One node of the tree, and how another one is put in its place."""

    node: Node
    place: str
    statement: ast.stmt
    put: Callable[[Node], None]


def mutants_of(source: str, path: str) -> Iterator[Mutant]:
    """Each mutant of the module, in the order of its lines."""
    tree = ast.parse(source)
    for site in list(_sites(tree)):
        statement, was = site.statement, _head_of(site.statement)
        lines = range(statement.lineno, _end_of(statement) + 1)
        for new in _instead_of(site.node):
            site.put(ast.copy_location(new, site.node))
            is_whole = site.node is statement
            now = _head_of(new if is_whole else statement)
            is_constant = statement in tree.body
            whole = ast.Module([statement], []) if is_constant else tree
            code = compile(ast.fix_missing_locations(whole), path, "exec")
            site.put(site.node)
            yield Mutant(site.place, is_constant, lines, _difference(was, now), code)


def _head_of(statement: Node) -> str:
    return ast.unparse(statement).split("\n")[0]


def _difference(was: str, now: str) -> str:
    """Both, without what is equal far from the change."""
    begin = _equal_at_the_begin(was, now)
    end = _equal_at_the_begin(was[begin:][::-1], now[begin:][::-1])
    first = max(begin - CONTEXT, 0)
    excerpts = [text[first : min(len(text) - end + CONTEXT, len(text))] for text in (was, now)]
    return " → ".join(excerpts)


def _equal_at_the_begin(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _end_of(statement: ast.stmt) -> int:
    """The last line of the statement's own head, without the block under it."""
    body = getattr(statement, "body", None)
    return body[0].lineno - 1 if body else statement.end_lineno or statement.lineno


def _sites(tree: ast.Module) -> Iterator[Site]:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield from _definitions(statement, "")
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            yield from _below(statement, "value", statement, ast.unparse(target))


def _definitions(statement: ast.stmt, within: str) -> Iterator[Site]:
    if isinstance(statement, ast.ClassDef):
        for part in statement.body:
            yield from _definitions(part, f"{within}{statement.name}.")
    elif isinstance(statement, ast.FunctionDef):
        yield from _block(statement, "body", within + statement.name)


def _block(parent: Node, name: str, place: str) -> Iterator[Site]:
    """The statements of a block, and what they are made of."""
    statements: list[ast.stmt] = getattr(parent, name)
    for number, statement in enumerate(statements):
        if isinstance(statement, ast.FunctionDef):
            yield from _block(statement, "body", place)
            continue
        yield Site(statement, place, statement, _putter(statements, number))
        for field in statement._fields:
            if field in ("body", "orelse", "finalbody"):
                yield from _block(statement, field, place)
            elif field == "handlers":
                for handler in statement.handlers:  # type: ignore[attr-defined]
                    yield from _block(handler, "body", place)
            elif field != "annotation":
                yield from _below(statement, field, statement, place)


def _below(parent: Node, name: str, statement: ast.stmt, place: str) -> Iterator[Site]:
    """The expressions in one field of a node, whether it holds one or a list."""
    if isinstance(statement, ast.Raise):
        return
    value = getattr(parent, name)
    if isinstance(value, list):
        inside = [(one, _putter(value, number)) for number, one in enumerate(value)]
    else:
        inside = [(value, _setter(parent, name))]
    for one, put in inside:
        if not isinstance(one, ast.AST) or isinstance(one, ast.JoinedStr | ast.expr_context):
            continue
        is_left_alone = isinstance(one, ast.Call) and _name_of(one) in LEFT_ALONE
        if not is_left_alone:
            yield Site(one, place, statement, put)
        for field in ["func"] if is_left_alone else one._fields:
            yield from _below(one, field, statement, place)


def _putter(among: list, number: int) -> Callable[[Node], None]:
    return lambda node: among.__setitem__(number, node)


def _setter(parent: Node, name: str) -> Callable[[Node], None]:
    return lambda node: setattr(parent, name, node)


def _instead_of(node: Node) -> Iterator[Node]:
    """What may stand there by mistake."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Import() | ast.ImportFrom():
            return
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            if not _takes_a_lock(node):
                yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass()
        case ast.If() | ast.IfExp():
            yield from _with_each_condition(node)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, node.ifs[1:], node.is_async)
        case ast.Compare(ops=[one, *rest]):
            yield ast.Compare(node.left, [COMPARISONS[type(one)](), *rest], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.Call():
            yield from _other_calls(node)
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name], node.ctx)


def _with_each_condition(node: ast.If | ast.IfExp) -> Iterator[Node]:
    for answer in (True, False):
        if isinstance(node, ast.If):
            yield ast.If(ast.Constant(answer), node.body, node.orelse)
        else:
            yield ast.IfExp(ast.Constant(answer), node.body, node.orelse)


def _other_calls(call: ast.Call) -> Iterator[Node]:
    if _name_of(call) in WORDS and isinstance(call.func, ast.Attribute):
        yield call.func.value
    if _name_of(call) not in CONDITIONS:
        return
    yield from _without_each_argument(call)
    for number, keyword in enumerate(call.keywords):
        path, _, lookup = (keyword.arg or "").rpartition("__")
        if lookup in LOOKUPS:
            other = ast.keyword(f"{path}__{LOOKUPS[lookup]}", keyword.value)
            yield _with(call, keywords=_replaced(call.keywords, number, [other]))
    for number, argument in enumerate(call.args):
        if _name_of(call) == "order_by" and isinstance(argument, ast.Constant):
            turned = argument.value[1:] if argument.value[:1] == "-" else f"-{argument.value}"
            yield _with(call, args=_replaced(call.args, number, [ast.Constant(turned)]))


def _without_each_argument(call: ast.Call) -> Iterator[Node]:
    if _name_of(call) == "get":  # then others would be found, which only raises
        return
    for number in range(len(call.args)):
        yield _with(call, args=_replaced(call.args, number, []))
    for number in range(len(call.keywords)):
        yield _with(call, keywords=_replaced(call.keywords, number, []))


def _with(call: ast.Call, **changed: list) -> ast.Call:
    return ast.Call(**{"func": call.func, "args": call.args, "keywords": call.keywords} | changed)


def _replaced(nodes: list, number: int, new: list) -> list:
    return [*nodes[:number], *new, *nodes[number + 1 :]]


def _name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _takes_a_lock(statement: ast.stmt) -> bool:
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any("lock" in _name_of(call) or _name_of(call) in LEFT_ALONE for call in calls)


class _Marks(ast.NodeTransformer):
    """Calls `reached_line` before each statement inside functions."""

    def __init__(self) -> None:
        self.within = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Node:
        self.within += 1
        self.generic_visit(node)
        self.within -= 1
        return node

    def generic_visit(self, node: Node) -> Node:
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if self.within and isinstance(block, list):
                setattr(node, field, [part for one in block for part in (_mark(one), one)])
        return node


def _mark(statement: ast.stmt) -> ast.stmt:
    line = ast.Constant(statement.lineno)
    call = ast.Call(ast.Name("reached_line", ast.Load()), [line], [])
    return ast.copy_location(ast.Expr(call), statement)


def with_marks(source: str, path: str) -> CodeType:
    """The module as it is, telling which lines are reached; cheaper than tracing everything."""
    tree = _Marks().visit(ast.parse(source))
    return compile(ast.fix_missing_locations(tree), path, "exec")
