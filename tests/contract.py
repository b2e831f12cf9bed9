"""Holds an answer of the API against its description: as much of JSON Schema as the description uses."""

import re
from datetime import datetime

KINDS = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None),
}  # fmt: skip
KNOWN = {
    "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minimum",
    "maxItems", "minLength", "oneOf", "format", "pattern", "maxLength", "description",
}  # fmt: skip


def faults(value, schema, document, where="$") -> list[str]:
    """What is wrong with the value, in words; raises ValueError for a keyword not known here."""
    if "$ref" in schema:
        return faults(value, pointed_at(schema["$ref"], document), document, where)
    if schema.keys() - KNOWN:
        raise ValueError(f"{where}: {schema.keys() - KNOWN}")
    found = []
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        found.append(f"{where}: {value!r}")
    if _is(value, "integer") and value < schema.get("minimum", value):
        found.append(f"{where}: {value} is too small")
    ways = [one for one in schema.get("oneOf", ()) if not faults(value, one, document, where)]
    if "oneOf" in schema and len(ways) != 1:
        found.append(f"{where}: fits {len(ways)} of one")
    if isinstance(value, str):
        found += _of_text(value, schema, where)
    if isinstance(value, list):
        found += _of_list(value, schema, document, where)
    if isinstance(value, dict):
        found += _of_object(value, schema, document, where)
    return found


def pointed_at(ref, document):
    """What a #/… pointer of the document means."""
    found = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def schema_of(document, path, verb, status):
    """The schema the document promises; KeyError when it promises no such answer."""
    answer = document["paths"][path][verb.lower()]["responses"][str(status)]
    if "$ref" in answer:
        answer = pointed_at(answer["$ref"], document)
    return answer["content"]["application/json"]["schema"]


def _is(value, kind):
    if kind == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, KINDS[kind])


def _of_text(value, schema, where):
    found = []
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        found.append(f"{where}: too short or too long")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r} does not fit")
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        found.append(f"{where}: no offset")
    return found


def _of_list(value, schema, document, where):
    most, item = schema.get("maxItems", len(value)), schema.get("items", {})
    found = [f"{where}: {len(value)} items"] if len(value) > most else []
    for i, one in enumerate(value):
        found += faults(one, item, document, f"{where}[{i}]")
    return found


def _of_object(value, schema, document, where):
    known = schema.get("properties", {})
    found = [f"{where}: no {name}" for name in schema.get("required", ()) if name not in value]
    for name, item in value.items():
        if name in known:
            found += faults(item, known[name], document, f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{where}: {name} is not described")
    return found
