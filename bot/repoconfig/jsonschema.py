"""The JSON Schema of the configuration, made from the same tables that the parser reads."""

from collections.abc import Mapping

from bot.repoconfig.keys import FILE, PART_FILE, SIGNATURE
from bot.repoconfig.shapes import Day, Either, Flag, Key, List, Number, Part, Shape, Text, Word

Schema = dict[str, object]
# The newest draft that every editor's YAML server knows.
DRAFT = "http://json-schema.org/draft-07/schema#"
# YAML reads `2` or `true` without quotes as no text; we read what stands there.
TEXT_TYPES = ("string", "number", "boolean")
# `$` alone lets Python's validators pass a line break at the end.
ONE_LINE = r"^[^\r\n]*\S[^\r\n]*$(?!\n)"
NOT_BLANK = r"\S"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"


def config_schema() -> Schema:
    """What `.github/retriage.yml` may say, as JSON Schema."""
    return {
        "$schema": DRAFT,
        "title": "Retriage's .github/retriage.yml",
        "description": "Known failures and settings; the documentation is docs/configuration.md.",
        **_or_nothing(_mapping(FILE)),
    }


def part_schema() -> Schema:
    """What a file in the folder `.github/retriage/` may say: one signature, or a list of them."""
    return {
        "$schema": DRAFT,
        "title": "A file in Retriage's folder .github/retriage/",
        "anyOf": [_mapping(SIGNATURE), _mapping(PART_FILE), {"type": "null"}],
    }


def _mapping(part: Part) -> Schema:
    made: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _value(key, needed=key.required or name in part.one_of) for name, key in part.keys.items()
        },
    }
    required = [name for name, key in part.keys.items() if key.required]
    if required:
        made["required"] = required
    if part.one_of:
        made["oneOf"] = [{"required": [name]} for name in part.one_of]
    return made


def _value(key: Key, *, needed: bool) -> Schema:
    shape = _shape(key.shape)
    return {"description": key.about, **(shape if needed else _or_nothing(shape))}


def _or_nothing(schema: Schema) -> Schema:
    """A key without a value counts as left out."""
    if "anyOf" in schema or "oneOf" in schema:
        return {"anyOf": [schema, {"type": "null"}], **_default(schema)}
    if "enum" in schema:
        return {**schema, "enum": [*_items(schema["enum"]), None]}
    kinds = schema["type"]
    return {**schema, "type": [*(_items(kinds) if isinstance(kinds, list) else [kinds]), "null"]}


def _default(schema: Mapping[str, object]) -> Schema:
    return {"default": schema["default"]} if "default" in schema else {}


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _shape(shape: Shape) -> Schema:
    made: Schema
    match shape:
        case Text():
            made = _text(shape)
        case Word(values, default):
            # A number stands in the file with or without quotes.
            numbers = [int(one) for one in values if one.isdecimal()]
            made = {"enum": [*numbers, *values]}
            if default:
                made["default"] = numbers[0] if numbers else default
        case Number(default, low, high):
            made = {"type": "integer", "minimum": low, "maximum": high, "default": default}
        case Flag(default):
            made = {"type": "boolean", "default": default}
        case Day():
            made = {"type": "string", "format": "date", "pattern": DATE}
        case Part():
            made = _mapping(shape)
        case List():
            made = _list(shape)
        case Either(text, part):
            made = {"anyOf": [_text(text), _mapping(part)]}
    return made


def _text(text: Text) -> Schema:
    forms = [f"^(?:{form.pattern})$(?!\\n)" for form in text.forms]
    first, *rest = [*forms, NOT_BLANK if text.several_lines else ONE_LINE]
    made: Schema = {"type": list(TEXT_TYPES), "maxLength": text.limit, "pattern": first}
    return {**made, "allOf": [{"pattern": one} for one in rest]} if rest else made


def _list(shape: List) -> Schema:
    made: Schema = {"type": "array", "items": _shape(shape.of), "maxItems": shape.most}
    if shape.least:
        made["minItems"] = shape.least
    return {"anyOf": [made, _shape(shape.of)]} if shape.alone else made
