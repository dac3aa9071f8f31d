#include "reports/json.h"

namespace sandproof {

// By hand, not derived: a schema made from the writer would accept whatever the writer writes.
std::string_view JsonSchema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "sandproof.report.schema.json",
  "title": "sandproof report",
  "type": "object",
  "additionalProperties": false,
  "required": ["$schema", "schema_version", "started_at", "hostname", "config_file",
               "fingerprint", "exit_code", "totals", "duration_us", "only", "lacking", "warnings",
               "sandboxes"],
  "properties": {
    "$schema": {"type": "string", "enum": ["sandproof.report.schema.json"]},
    "schema_version": {"type": "string", "enum": ["1.2"]},
    "started_at": {"type": "string", "description": "ISO 8601, UTC"},
    "hostname": {"type": "string"},
    "config_file": {"$ref": "#/definitions/text_or_null"},
    "fingerprint": {"$ref": "#/definitions/fingerprint"},
    "exit_code": {"type": "integer", "enum": [0, 1, 2, 3, 4]},
    "totals": {"$ref": "#/definitions/summary"},
    "duration_us": {"$ref": "#/definitions/count"},
    "only": {
      "description": "the ids and prefixes that were selected; empty: everything",
      "$ref": "#/definitions/texts"
    },
    "lacking": {
      "description": "what was required of this host and is not there",
      "$ref": "#/definitions/texts"
    },
    "warnings": {"$ref": "#/definitions/texts"},
    "sandboxes": {"type": "array", "items": {"$ref": "#/definitions/sandbox"}}
  },
  "definitions": {
    "count": {"type": "integer", "minimum": 0},
    "count_or_null": {"type": ["integer", "null"], "minimum": 0},
    "text_or_null": {"type": ["string", "null"], "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string"}},
    "property_id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$"},
    "check_id": {
      "description": "a property id, and its subject in square brackets",
      "type": "string",
      "pattern": "^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+(\\[|$)"
    },
    "severity": {"type": "string", "enum": ["info", "low", "medium", "high", "critical"]},
    "grade": {"type": "string", "enum": ["exercised", "observed", "declared"]},
    "expectation": {"type": "string", "enum": ["blocked", "allowed", "required", "any"]},
    "verdict": {"type": "string", "enum": ["pass", "fail", "inconclusive", "skipped", "waived"]},
    "outcome": {
      "type": "string",
      "enum": ["reached", "denied", "killed", "setup_failed", "timeout"]
    },
    "summary": {
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
    "observation": {
      "type": "object",
      "additionalProperties": false,
      "required": ["probe", "outcome", "error", "error_name", "call", "facts", "duration_us"],
      "properties": {
        "probe": {"type": "string"},
        "outcome": {"$ref": "#/definitions/outcome"},
        "error": {"type": "integer", "description": "an errno; for killed, a signal"},
        "error_name": {"$ref": "#/definitions/text_or_null"},
        "call": {"type": "string"},
        "facts": {"type": "object", "additionalProperties": {"$ref": "#/definitions/texts"}},
        "duration_us": {"$ref": "#/definitions/count"}
      }
    },
    "observation_or_null": {"anyOf": [{"$ref": "#/definitions/observation"}, {"type": "null"}]},
    "control": {
      "description": "the same probe outside the sandbox, before and after it ran",
      "type": "object",
      "additionalProperties": false,
      "required": ["before", "after"],
      "properties": {
        "before": {"$ref": "#/definitions/observation_or_null"},
        "after": {"$ref": "#/definitions/observation_or_null"}
      }
    },
    "witness": {
      "description": "how often the canary itself was touched",
      "type": "object",
      "additionalProperties": false,
      "required": ["inside", "control_before", "control_after"],
      "properties": {
        "inside": {"type": "integer"},
        "control_before": {"type": "integer"},
        "control_after": {"type": "integer"}
      }
    },
    "promise": {
      "type": "object",
      "additionalProperties": false,
      "required": ["text", "state", "broken_by"],
      "properties": {
        "text": {"type": "string"},
        "state": {"type": "string", "enum": ["kept", "broken", "waived", "doubtful", "untested"]},
        "broken_by": {"type": "array", "items": {"$ref": "#/definitions/check_id"}}
      }
    },
    "waiver": {
      "type": "object",
      "additionalProperties": false,
      "required": ["property", "reason", "owner", "until"],
      "properties": {
        "property": {"type": "string"},
        "reason": {"type": "string"},
        "owner": {"type": "string"},
        "until": {"type": "string"}
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
    "result": {
      "type": "object",
      "additionalProperties": false,
      "required": ["id", "property", "subject", "severity", "grade", "claim", "why",
                   "expectation", "expected", "not_applicable", "verdict", "reason",
                   "explanation", "observation", "silence", "control", "canary_alive", "witness",
                   "duration_us", "waiver", "remedy", "promised_by", "upheld_by", "source"],
      "properties": {
        "id": {"$ref": "#/definitions/check_id"},
        "property": {"$ref": "#/definitions/property_id"},
        "subject": {"$ref": "#/definitions/text_or_null"},
        "severity": {"$ref": "#/definitions/severity"},
        "grade": {"$ref": "#/definitions/grade"},
        "claim": {"type": "string"},
        "why": {"type": "string"},
        "expectation": {"$ref": "#/definitions/expectation"},
        "expected": {"$ref": "#/definitions/texts"},
        "not_applicable": {"$ref": "#/definitions/text_or_null"},
        "verdict": {"$ref": "#/definitions/verdict"},
        "reason": {"type": "string", "pattern": "^[a-z_]*$"},
        "explanation": {"type": "string"},
        "observation": {"$ref": "#/definitions/observation_or_null"},
        "silence": {"$ref": "#/definitions/text_or_null"},
        "control": {"$ref": "#/definitions/control"},
        "canary_alive": {"type": "boolean"},
        "witness": {"anyOf": [{"$ref": "#/definitions/witness"}, {"type": "null"}]},
        "duration_us": {"$ref": "#/definitions/count_or_null"},
        "waiver": {"anyOf": [{"$ref": "#/definitions/waiver"}, {"type": "null"}]},
        "remedy": {"$ref": "#/definitions/text_or_null"},
        "promised_by": {
          "description": "the launcher's argument that promises it",
          "$ref": "#/definitions/text_or_null"
        },
        "upheld_by": {
          "description": "where none does: what makes it hold without naming it",
          "$ref": "#/definitions/text_or_null"
        },
        "source": {"$ref": "#/definitions/text_or_null"}
      }
    },
    "sandbox": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "driver", "launcher_version", "profile", "argv", "launched",
                   "perturbation", "network", "promises", "unpromised", "waivers", "warnings", "launch_error",
                   "launcher_stderr", "launch_line", "duration_us", "shortfall", "summary",
                   "results"],
      "properties": {
        "name": {"type": "string"},
        "driver": {"type": "string"},
        "launcher_version": {"$ref": "#/definitions/text_or_null"},
        "profile": {"type": "string"},
        "argv": {"$ref": "#/definitions/texts"},
        "launched": {"$ref": "#/definitions/texts"},
        "perturbation": {"$ref": "#/definitions/texts"},
        "network": {"$ref": "#/definitions/text_or_null"},
        "promises": {
          "description": "what the launcher's arguments promise, and what became of it",
          "type": "array",
          "items": {"$ref": "#/definitions/promise"}
        },
        "unpromised": {
          "description": "checks that passed though no argument promises what they ask for",
          "$ref": "#/definitions/texts"
        },
        "waivers": {"type": "array", "items": {"$ref": "#/definitions/waiver"}},
        "warnings": {"$ref": "#/definitions/texts"},
        "launch_error": {"$ref": "#/definitions/text_or_null"},
        "launcher_stderr": {"type": "string"},
        "launch_line": {"anyOf": [{"$ref": "#/definitions/launch_line"}, {"type": "null"}]},
        "duration_us": {"$ref": "#/definitions/count"},
        "shortfall": {
          "description": "why the sandbox as a whole is inconclusive",
          "type": ["string", "null"],
          "minLength": 1
        },
        "summary": {"$ref": "#/definitions/summary"},
        "results": {"type": "array", "items": {"$ref": "#/definitions/result"}}
      }
    }
  }
}
)json";
}

}  // namespace sandproof
