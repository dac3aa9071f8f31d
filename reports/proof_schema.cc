#include "reports/proof_json.h"

namespace sandproof {

// By hand, as the schema of the other report is.
std::string_view ProofSchema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "sandproof.proof.schema.json",
  "title": "sandproof proof",
  "type": "object",
  "additionalProperties": false,
  "required": ["$schema", "schema_version", "started_at", "hostname", "config_file",
               "fingerprint", "exit_code", "totals", "duration_us", "only", "only_properties",
               "warnings", "sandboxes"],
  "properties": {
    "$schema": {"type": "string", "enum": ["sandproof.proof.schema.json"]},
    "schema_version": {"type": "string", "enum": ["2.0"]},
    "started_at": {"type": "string", "description": "ISO 8601, UTC"},
    "hostname": {"type": "string"},
    "config_file": {"$ref": "#/definitions/text_or_null"},
    "fingerprint": {"$ref": "#/definitions/fingerprint"},
    "exit_code": {"type": "integer", "enum": [0, 1, 2, 3, 4]},
    "totals": {"$ref": "#/definitions/counts"},
    "duration_us": {"$ref": "#/definitions/count"},
    "only": {
      "description": "the flags that were selected; empty: every one",
      "$ref": "#/definitions/texts"
    },
    "only_properties": {
      "description": "the ids and prefixes of properties that were selected; empty: every one",
      "$ref": "#/definitions/texts"
    },
    "warnings": {"$ref": "#/definitions/texts"},
    "sandboxes": {"type": "array", "items": {"$ref": "#/definitions/sandbox"}}
  },
  "definitions": {
    "count": {"type": "integer", "minimum": 0},
    "text_or_null": {"type": ["string", "null"], "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string"}},
    "check_id": {
      "description": "a property's id, with its subject in square brackets",
      "type": "string",
      "pattern": "^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+(\\[|$)"
    },
    "check_ids": {"type": "array", "items": {"$ref": "#/definitions/check_id"}},
    "counts": {
      "type": "object",
      "additionalProperties": false,
      "required": ["guarded", "unguarded", "unobservable", "redundant", "broken", "not_run"],
      "properties": {
        "guarded": {"$ref": "#/definitions/count"},
        "unguarded": {"$ref": "#/definitions/count"},
        "unobservable": {"$ref": "#/definitions/count"},
        "redundant": {"$ref": "#/definitions/count"},
        "broken": {"$ref": "#/definitions/count"},
        "not_run": {"$ref": "#/definitions/count"}
      }
    },
    "summary": {
      "description": "the checks of the sandbox as it is",
      "type": "object",
      "additionalProperties": false,
      "required": ["pass", "fail", "inconclusive", "skipped", "waived"],
      "properties": {
        "pass": {"$ref": "#/definitions/count"},
        "fail": {"$ref": "#/definitions/count"},
        "inconclusive": {"$ref": "#/definitions/count"},
        "skipped": {"$ref": "#/definitions/count"},
        "waived": {"$ref": "#/definitions/count"}
      }
    },
    "fingerprint": {
      "type": "object",
      "additionalProperties": false,
      "required": ["tool_version", "kernel", "architecture", "lsms", "identity", "settings"],
      "properties": {
        "tool_version": {"type": "string"},
        "kernel": {"type": "string"},
        "architecture": {"type": "string"},
        "lsms": {"type": "string"},
        "identity": {"type": "string"},
        "settings": {"type": "object", "additionalProperties": {"type": "string"}}
      }
    },
    "launch_line": {
      "description": "where the launch line is written",
      "type": "object",
      "additionalProperties": false,
      "required": ["file", "line"],
      "properties": {
        "file": {"type": "string", "minLength": 1},
        "line": {"$ref": "#/definitions/count"}
      }
    },
    "protection": {
      "type": "object",
      "additionalProperties": false,
      "required": ["id", "flag", "verdict", "explanation", "turned_red", "turned_green",
                   "inconclusive", "unasserted", "with", "launched", "duration_us"],
      "properties": {
        "id": {"type": "string", "minLength": 1},
        "flag": {"type": "string", "minLength": 1},
        "verdict": {
          "type": "string",
          "enum": ["guarded", "unguarded", "unobservable", "redundant", "broken", "not_run"]
        },
        "explanation": {
          "description": "the reason, what has the same effect, or the launcher's own words",
          "$ref": "#/definitions/text_or_null"
        },
        "turned_red": {"$ref": "#/definitions/check_ids"},
        "turned_green": {"$ref": "#/definitions/check_ids"},
        "inconclusive": {"$ref": "#/definitions/check_ids"},
        "unasserted": {"$ref": "#/definitions/check_ids"},
        "with": {
          "description": "ids of the protections that had to go with it",
          "$ref": "#/definitions/texts"
        },
        "launched": {"$ref": "#/definitions/texts"},
        "duration_us": {"$ref": "#/definitions/count"}
      }
    },
    "depth": {
      "description": "protections that stand behind each other, taken away together",
      "type": "object",
      "additionalProperties": false,
      "required": ["protections", "was_run", "explanation", "turned_red", "launched",
                   "duration_us"],
      "properties": {
        "protections": {"$ref": "#/definitions/texts"},
        "was_run": {"type": "boolean"},
        "explanation": {
          "description": "why it shows nothing",
          "$ref": "#/definitions/text_or_null"
        },
        "turned_red": {
          "description": "what fewer of them had not turned red",
          "$ref": "#/definitions/check_ids"
        },
        "launched": {"$ref": "#/definitions/texts"},
        "duration_us": {"$ref": "#/definitions/count"}
      }
    },
    "unproven_check": {
      "type": "object",
      "additionalProperties": false,
      "required": ["id", "why"],
      "properties": {
        "id": {"$ref": "#/definitions/check_id"},
        "why": {"type": "string", "minLength": 1}
      }
    },
    "sandbox": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "driver", "launcher_version", "profile", "argv", "launch_line",
                   "baseline", "shortfall", "already_red", "inconclusive", "unstable", "summary",
                   "protections", "in_depth", "unproven"],
      "properties": {
        "name": {"type": "string"},
        "driver": {"type": "string"},
        "launcher_version": {"$ref": "#/definitions/text_or_null"},
        "profile": {"type": "string"},
        "argv": {"$ref": "#/definitions/texts"},
        "launch_line": {"anyOf": [{"$ref": "#/definitions/launch_line"}, {"type": "null"}]},
        "baseline": {"$ref": "#/definitions/summary"},
        "shortfall": {
          "description": "why it shows nothing as it is, so that nothing was tried",
          "$ref": "#/definitions/text_or_null"
        },
        "already_red": {"$ref": "#/definitions/check_ids"},
        "inconclusive": {"$ref": "#/definitions/check_ids"},
        "unstable": {
          "description": "judged otherwise at the end than at the beginning, so not used",
          "$ref": "#/definitions/check_ids"
        },
        "summary": {"$ref": "#/definitions/counts"},
        "protections": {"type": "array", "items": {"$ref": "#/definitions/protection"}},
        "in_depth": {
          "description": "what several protections hold, so that none alone turned it red",
          "type": "array",
          "items": {"$ref": "#/definitions/depth"}
        },
        "unproven": {
          "description": "checks that passed and that nothing turned red; null: not all was tried",
          "anyOf": [
            {"type": "array", "items": {"$ref": "#/definitions/unproven_check"}},
            {"type": "null"}
          ]
        }
      }
    }
  }
}
)json";
}

}  // namespace sandproof
