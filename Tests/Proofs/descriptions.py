"""Judges requests by descriptions of APIs: OpenAPI 3 and Swagger 2 in JSON, and names of fields of a GraphQL schema.

    GX_SPECS=FOLDER names the folder with github-rest.json.gz, github.graphql, forgejo-swagger.json, azure-git-7.2.json
"""

import gzip
import json
import os
import re
import urllib.parse

# What is documented, and younger than the descriptions or in another one.
YOUNGER = {
    "github": [r"GET /repos/[^/]+/[^/]+/activity", r"GET /repos/[^/]+/[^/]+/rules/branches/.*"],
    "azure": [r"GET /[^/]+/_apis/policy/evaluations"],
}


def load(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as file:
        return json.loads(file.read().decode("utf-8-sig"))


class Description:
    def __init__(self, kind, document, prefix=""):
        self.kind, self.document = kind, document
        self.routes = []
        for template, operations in document["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template.removeprefix(prefix)))
            # A ref of git may have slashes in it.
            pattern = pattern if not template.endswith("/{ref}") else pattern[: -len("[^/]+")] + ".+"
            self.routes.append((re.compile(pattern, re.IGNORECASE), template.count("{"), -len(template), operations))
        self.routes.sort(key=lambda route: route[1:3])

    def resolve(self, value):
        while isinstance(value, dict) and "$ref" in value:
            found = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def check(self, method, path, query, body):
        """What is wrong with a request; None where nothing is."""
        if any(re.fullmatch(one, f"{method} {path}") for one in YOUNGER.get(self.kind, [])):
            return None
        for pattern, _, _, operations in self.routes:
            if pattern.fullmatch(path) and method.lower() in operations:
                break
        else:
            return "the description has no such operation"
        operation = operations[method.lower()]
        parameters = [self.resolve(one) for one in operations.get("parameters", []) + operation.get("parameters", [])]
        known = {one["name"].lower(): one for one in parameters if one["in"] == "query"}
        for name in query:
            if name.lower() not in known:
                return f"no parameter '{name}'"
        for name, one in known.items():
            if one.get("required") and name not in {other.lower() for other in query}:
                return f"the parameter '{name}' is missing"
        schema = next((one["schema"] for one in parameters if one["in"] == "body"), None)
        if schema is None and "requestBody" in operation:
            content = self.resolve(operation["requestBody"])["content"]
            schema = next(iter(content.values())).get("schema")
        if body is None:
            return None
        return "no body is taken" if schema is None else self.mismatch(schema, body, "body")

    def mismatch(self, schema, value, place):
        schema = self.resolve(schema)
        for key in ("oneOf", "anyOf"):
            if key in schema and not any(self.mismatch(one, value, place) is None for one in schema[key]):
                return self.mismatch(schema[key][0], value, place)
        for one in schema.get("allOf", []):
            if problem := self.mismatch(one, value, place):
                return problem
        if value is None:
            return None if schema.get("nullable") else f"{place} is null"
        kind = schema.get("type")
        python = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
        if kind in python and not isinstance(value, python[kind]):
            return f"{place} is no {kind}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{place} is '{value}', none of {schema['enum']}"
        if isinstance(value, dict) and ("properties" in schema or kind == "object"):
            properties = schema.get("properties", {})
            for name in schema.get("required", []):
                if name not in value:
                    return f"{place}.{name} is missing"
            for name, one in value.items():
                if name not in properties:
                    if properties and not schema.get("additionalProperties") and "allOf" not in schema:
                        return f"{place}.{name} is not known"
                elif problem := self.mismatch(properties[name], one, f"{place}.{name}"):
                    return problem
        if isinstance(value, list) and "items" in schema:
            for number, one in enumerate(value):
                if problem := self.mismatch(schema["items"], one, f"{place}[{number}]"):
                    return problem
        return None


class Graph:
    """The types of a GraphQL schema with their fields and what those take, as far as a query can be followed by them."""

    def __init__(self, text):
        text = re.sub(r'"""(?s:.*?)"""', "", text)
        text = re.sub(r"#[^\n]*", "", text)
        self.types = {}
        for found in re.finditer(r"(?:type|interface|input)\s+(\w+)[^{]*\{((?:[^{}]|\{[^{}]*\})*)\}", text):
            fields = {}
            body = found[2]
            for field in re.finditer(r"(\w+)\s*(\((?:[^()]|\([^()]*\))*\))?\s*:\s*([\[\]!\w]+)", body):
                arguments = dict(re.findall(r"(\w+)\s*:\s*([\[\]!\w]+)", field[2] or ""))
                fields[field[1]] = (field[3].strip("[]!"), arguments, field[3].endswith("!"))
            self.types[found[1]] = fields

    def check(self, query, variables):
        tokens = re.findall(r"\.\.\.|[{}()\[\]:!$,]|\w+|\"[^\"]*\"", query)
        kind = tokens.pop(0)
        root = {"query": "Query", "mutation": "Mutation"}[kind]
        declared = {}
        if tokens[0] == "(":
            depth, head = 0, []
            while True:
                token = tokens.pop(0)
                depth += (token == "(") - (token == ")")
                head.append(token)
                if depth == 0:
                    break
            for name, one in re.findall(r"\$ (\w+) : (\w+)", " ".join(head)):
                declared[name] = one
            for name, one, needed in re.findall(r"\$ (\w+) : (\w+) (!?)", " ".join(head)):
                if needed and variables.get(name) is None:
                    return f"the variable ${name} is missing"
        for name in variables:
            if name not in declared:
                return f"the variable ${name} is not declared"
        return self.selection(tokens, root)

    def selection(self, tokens, type):
        assert tokens.pop(0) == "{"
        while tokens[0] != "}":
            name = tokens.pop(0)
            if name == "...":
                assert tokens.pop(0) == "on"
                if problem := self.selection(tokens, tokens.pop(0)):
                    return problem
                continue
            if name not in self.types.get(type, {}):
                return f"{type} has no field {name}"
            result, arguments, _ = self.types[type][name]
            if tokens[0] == "(":
                if problem := self.arguments(tokens, arguments, f"{type}.{name}"):
                    return problem
            if tokens[0] == "{":
                if problem := self.selection(tokens, result):
                    return problem
        tokens.pop(0)
        return None

    def arguments(self, tokens, known, place, end=")"):
        tokens.pop(0)
        while tokens[0] != end:
            name = tokens.pop(0)
            if name == ",":
                continue
            if name not in known:
                return f"{place} takes no {name}"
            assert tokens.pop(0) == ":"
            if tokens[0] == "{":
                input = {one: kind for one, (kind, _, _) in self.types.get(known[name].strip("[]!"), {}).items()}
                if problem := self.arguments(tokens, input, known[name].strip("[]!"), "}"):
                    return problem
            else:
                if tokens.pop(0) == "$":
                    tokens.pop(0)
        tokens.pop(0)
        return None


def checker(kind):
    """What judges requests of a kind of host; None where there is no description."""
    folder = os.environ.get("GX_SPECS")
    if not folder:
        return None
    if kind == "github":
        rest = Description(kind, load(f"{folder}/github-rest.json.gz"))
        with open(f"{folder}/github.graphql") as file:
            graph = Graph(file.read())

        def check(method, path, query, body):
            if path == "/graphql":
                return graph.check(body["query"], body.get("variables") or {})
            return rest.check(method, path, query, body)

        return check
    if kind == "gitea":
        return Description(kind, load(f"{folder}/forgejo-swagger.json")).check
    if kind == "azure":
        document = load(f"{folder}/azure-git-7.2.json")
        rest = Description(kind, document, "/{organization}")

        def check(method, path, query, body):
            return rest.check(method, path, query, body)

        return check
    return None
