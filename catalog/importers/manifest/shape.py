"""The shape of catalog files: the published schema, and its errors in plain words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from catalog.importers.documents import Document, Path_
from catalog.slugs import NO_VS

SCHEMA_FILE = Path(__file__).parent / "catalog-files.schema.json"


@cache
def _validator(definition: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{definition}"})


def check_shape(document: Document, definition: str) -> list[Path_]:
    """Complains of everything in the document that does not fit this definition of the schema. Returns where."""
    places = []
    for error in sorted(_validator(definition).iter_errors(document.data), key=relevance):
        path = tuple(error.absolute_path)
        places.append(path)
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            known = error.schema["properties"]
            for extra in sorted(error.instance.keys() - known.keys()):
                document.complain((*path, extra), f"“{extra}” is not known here; there are {', '.join(known)}.")
        else:
            document.complain(path, sentence_of(error, path))
    return places


def sentence_of(error: ValidationError, path: Path_) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), "The file")
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return f"{', '.join(missing)} is missing."
        case "enum":
            return f"{name}: “{error.instance}” is not one of {', '.join(map(str, error.validator_value))}."
        case "type":
            wanted = {
                "array": "a list",
                "object": "a mapping",
                "string": "a text",
                "integer": "a whole number",
                "boolean": "true or false",
            }
            hint = (
                " Put it in quotes."
                if error.validator_value == "string" and isinstance(error.instance, int | float)
                else ""
            )
            what = wanted.get(error.validator_value, error.validator_value)
            return f"{name} takes {what}, not {str(error.instance)[:60]!r}.{hint}"
        case "maxLength":
            return f"{name} takes at most {error.validator_value} characters, not {len(error.instance)}."
        case "minLength" | "minProperties":
            return f"{name} is empty."
        case "not":
            return f"{name}: “{error.instance}”. {NO_VS}"
        case "pattern":
            # The schema's patterns end so that `$` does not pass over a line break at the end, as Python's would.
            form = error.validator_value.removesuffix("(?!\n)")
            return f"{name}: “{str(error.instance)[:80]}” does not have the form {form}."
        case _:
            return f"{name}: {error.message[:200]}."
