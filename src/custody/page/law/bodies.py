"""Which bodies events may have: read from the models themselves, written as shapes of ``js/law``.

What pydantic made of a field's annotation is followed to its end; a kind of check that is not known
here stops the build.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, get_origin

from pydantic import BaseModel, TypeAdapter

from custody.page.law import spelling
from custody.page.law.program import Program
from custody.page.law.regex import from_rust
from custody.page.law.subset import OutsideSubset

TABLES_OF_PATTERNS: Final = frozenset(
    {
        "custody.app.verification.details._PLACES",
        "custody.app.verification.details._DETAILS",
        "custody.app.verification.details_of_form.FORM",
    }
)
_READ: Final = ("alias_scheme", "decisive", "revised_by")  # what is asked of a field later


def label(model: Any) -> str:
    """Return the name under which the fields of a model are described."""
    return f"{model.__module__.removeprefix('custody.')}.{model.__qualname__}"


def models(program: Program) -> list[type[BaseModel]]:
    """Return the models of a program, in the order of their modules."""
    found = []
    for unit in program.units.values():
        for name in unit.classes:
            live = getattr(unit.live, name)
            if isinstance(live, type) and issubclass(live, BaseModel):
                live.model_rebuild()
                found.append(live)
    return found


@dataclass
class Shapes:
    """The description of bodies as it is written, and the validators it names.

    A shape that has a name in Python (``Number``, ``Text``) is written once, under that name.
    """

    program: Program
    validators: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    known: set[type] = field(default_factory=set)

    def described(self) -> str:
        """Return the description; the modules must have been translated before."""
        named = list(self._named())
        rows = []
        for model in models(self.program):
            base = model.__bases__[0]
            after = spelling.quoted(label(base)) if base in self.known else "null"
            fields = "".join(f"\n  {row}," for row in self._own(model))
            rows.append(f"describe({spelling.quoted(label(model))}, {after}, [{fields}\n]);")
        return "\n".join([*named, *rows])

    def _named(self) -> Iterator[str]:
        """Write the shapes that modules have a name for."""
        taken: set[str] = set()
        for unit in self.program.units.values():
            for name in sorted(unit.names - {*unit.functions, *unit.classes}):
                alias: Any = getattr(unit.live, name, None)
                if get_origin(alias) not in (Annotated, Literal):
                    continue
                schema: Any = TypeAdapter(alias).core_schema
                text = self._shape(schema, {}, unit.live)
                if text in self.names or name in taken:
                    continue
                self.names[text] = f"kinds.{name}"
                taken.add(name)
                yield f"kinds.{name} = {text};"

    def _own(self, model: type[BaseModel]) -> list[str]:
        """Return the fields that a model adds to those of its base, or says anew."""
        rows = dict(self._fields(model))
        base = dict(self._fields(model.__bases__[0])) if model.__bases__[0] in self.known else {}
        if list(rows)[: len(base)] != list(base):
            raise _unknown(model, "fields in another order than those of its base")
        self.known.add(model)
        return [row for name, row in rows.items() if base.get(name) != row]

    def _fields(self, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
        schema: Any = model.__pydantic_core_schema__
        refs: dict[str, Any] = {}
        if schema["type"] == "definitions":
            refs = {d["ref"]: d for d in schema["definitions"]}
            schema = schema["schema"]
        _expect(schema, "model", {"cls", "schema", "custom_init", "root_model", "config"}, model)
        inner = schema["schema"]
        _expect(inner, "model-fields", {"fields", "model_name", "computed_fields"}, model)
        if schema["config"].get("extra_fields_behavior") != "forbid" or inner["computed_fields"]:
            raise _unknown(model, "fields that are not closed")
        for name, member in inner["fields"].items():
            shape = member["schema"]
            default = "py.needed"
            if shape["type"] == "default":
                _expect(shape, "default", {"schema", "default"}, model)
                default, shape = _default(shape["default"], model), shape["schema"]
            extra = model.model_fields[name].json_schema_extra
            told = {k: extra[k] for k in _READ if k in extra} if isinstance(extra, dict) else {}
            said = "".join(f"{k}: {spelling.quoted(str(v))}, " for k, v in told.items())
            parts = [spelling.quoted(name), self._shape(shape, refs, model)]
            parts += [default] if default != "py.needed" or said else []
            parts += [f"{{ {said.rstrip(', ')} }}"] if said else []
            yield name, f"[{', '.join(parts)}]"

    def _shape(self, schema: Any, refs: dict[str, Any], model: Any) -> str:
        """Return the shape of a schema, by its name where it has one."""
        text = self._written(schema, refs, model)
        return self.names.get(text, text)

    def _written(self, schema: Any, refs: dict[str, Any], model: Any) -> str:
        kind = schema["type"]
        inner: Callable[[Any], str] = functools.partial(self._shape, refs=refs, model=model)
        match kind:
            case "str":
                _expect(schema, kind, {"pattern"}, model)
                plain = "shape.str"
                return _pattern(plain, schema) if "pattern" in schema else plain
            case "int":
                _expect(schema, kind, {"ge", "le"}, model)
                low, high = schema.get("ge", "null"), schema.get("le", "null")
                return f"shape.int({low}, {high})"
            case "bool":
                _expect(schema, kind, set(), model)
                return "shape.bool"
            case "literal":
                _expect(schema, kind, {"expected"}, model)
                if not all(type(v) is str for v in schema["expected"]):
                    raise _unknown(model, "a literal that is not a text")
                return f"shape.literal({', '.join(map(spelling.quoted, schema['expected']))})"
            case "tuple":
                known = {"items_schema", "variadic_item_index", "min_length", "max_length"}
                _expect(schema, kind, known, model)
                if len(schema["items_schema"]) != 1 or schema["variadic_item_index"] != 0:
                    raise _unknown(model, "a tuple of fixed length")
                least, most = schema.get("min_length", 0), schema.get("max_length", "Infinity")
                return f"shape.tuple({inner(schema['items_schema'][0])}, {least}, {most})"
            case "nullable":
                _expect(schema, kind, {"schema"}, model)
                return f"shape.optional({inner(schema['schema'])})"
            case "union":
                _expect(schema, kind, {"choices"}, model)
                if [c for c in schema["choices"] if list(c) != ["type"]]:
                    raise _unknown(model, "a union of more than plain types")
                names = [spelling.quoted(c["type"]) for c in schema["choices"]]
                return f"shape.union({', '.join(names)})"
            case "model":
                return f"shape.body({spelling.quoted(label(schema['cls']))})"
            case "definition-ref":
                return inner(refs[schema["schema_ref"]])
            case "chain":
                return self._chain(schema, inner, model)
            case "function-after" | "function-before":
                _expect(schema, kind, {"function", "schema"}, model)
                return self._function(kind, schema, inner, model)
        raise _unknown(model, f"a schema of type {kind}")

    def _chain(self, schema: Any, inner: Callable[[Any], str], model: Any) -> str:
        _expect(schema, "chain", {"steps"}, model)
        first, last = schema["steps"]
        if last["type"] != "function-wrap" or list(last["schema"]) != ["type", "pattern"]:
            raise _unknown(model, "a chain of another kind")
        return _pattern(inner(first), last["schema"])

    def _function(self, kind: str, schema: Any, inner: Callable[[Any], str], model: type) -> str:
        function = schema["function"]["function"]
        if schema["function"]["type"] != "no-info":
            raise _unknown(model, "a validator that asks for more than the value")
        within = inner(schema["schema"])
        if isinstance(function, functools.partial):
            limit = {"min_length_validator": "least", "max_length_validator": "most"}
            name = limit.get(function.func.__name__)
            if name is None or len(function.keywords) != 1:
                raise _unknown(model, f"the check {function.func.__name__}")
            return f"shape.{name}({within}, {next(iter(function.keywords.values()))})"
        name = function.__name__
        if name == "<lambda>":
            unit = self.program.units[function.__module__]
            name = unit.validators[function.__code__.co_firstlineno]
        full = f"{function.__module__}.{name}"
        if not full.startswith("custody.domain."):
            raise _unknown(model, f"the check {full}")
        self.validators.add(full)
        place = kind.removeprefix("function-")
        return f"shape.{place}({within}, {spelling.quoted(full)})"


def _pattern(inner: str, schema: Any) -> str:
    text = schema["pattern"]
    return f"shape.pattern({inner}, {from_rust(text)}, {spelling.quoted(text)})"


def _default(value: Any, model: Any) -> str:
    if value is None:
        return "null"
    if value == ():
        return "py.tupleOf()"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return spelling.quoted(value)
    if type(value) is int:
        return str(value)
    raise _unknown(model, f"the default {value!r}")


def _expect(schema: Any, kind: str, known: set[str], model: Any) -> None:
    unknown = set(schema) - known - {"type", "ref", "metadata", "serialization"}
    if schema["type"] != kind or unknown:
        raise _unknown(model, f"{schema['type']} with {sorted(unknown)}")


def _unknown(model: type, what: str) -> OutsideSubset:
    return OutsideSubset(f"{label(model)}: {what}", str(model.__module__), 0)
