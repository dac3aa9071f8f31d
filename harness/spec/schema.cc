#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/spec/spec.h"
#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof {
namespace {

using Schema = nlohmann::ordered_json;

// Everything but what the catalogue knows: definitions.expect.properties and .patternProperties,
// definitions.property.
//
// It says what an editor can check while one types. ParseSpec checks more: what JSON Schema
// cannot say, and what depends on --define.
constexpr std::string_view kTemplate = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "sandproof.json",
  "description": "The sandboxes of a project and what must hold in them. {dir} stands for the directory of the file, {NAME} for --define NAME=VALUE, {{NAME}} for a literal {NAME}.",
  "type": "object",
  "required": ["sandboxes"],
  "additionalProperties": false,
  "properties": {
    "$schema": {"type": "string"},
    "note": {"$ref": "#/definitions/note"},
    "sandboxes": {
      "description": "The launchers to test, by name.",
      "type": "object",
      "properties": {"note": {"$ref": "#/definitions/note"}},
      "patternProperties": {
        "^(?!note$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": {"$ref": "#/definitions/sandbox"}
      },
      "additionalProperties": false,
      "minProperties": 1
    },
    "channels": {
      "description": "Sockets that must, or must not, be reachable across a boundary.",
      "type": "array",
      "items": {"$ref": "#/definitions/channel"}
    },
    "supervisor": {"$ref": "#/definitions/supervisor"}
  },
  "definitions": {
    "note": {"description": "A comment.", "type": "string"},
    "text": {"type": "string", "pattern": "[^ \\t\\r\\n]"},
    "absolutePath": {"type": "string", "pattern": "^[/{]"},
    "hostPath": {
      "description": "Relative ones begin at the directory of the file.",
      "type": "string",
      "minLength": 1
    },
    "sandbox": {
      "type": "object",
      "required": ["launch", "payload"],
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "launch": {
          "description": "The launcher's own command line; one element is \"{payload}\".",
          "type": "array",
          "minItems": 1,
          "items": {"type": "string"},
          "contains": {"const": "{payload}"}
        },
        "payload": {
          "description": "What the launcher runs inside.",
          "type": "array",
          "minItems": 1,
          "items": {"type": "string"}
        },
        "driver": {
          "description": "The kind of launcher; found from the command line where it is absent.",
          "$ref": "#/definitions/text"
        },
        "profile": {
          "description": "What is expected where \"expect\" says nothing.",
          "enum": ["strict", "service", "agent"],
          "default": "strict"
        },
        "expect": {"$ref": "#/definitions/expect"},
        "paths": {
          "description": "What is to be true of paths inside.",
          "type": "object",
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "patternProperties": {
            "^[/{]": {"enum": ["read-only", "read-write", "private", "absent"]}
          },
          "additionalProperties": false
        },
        "net": {"$ref": "#/definitions/net"},
        "waive": {
          "description": "Failures that are known, and accepted until a day.",
          "type": "array",
          "items": {"$ref": "#/definitions/waiver"}
        },
        "log": {"$ref": "#/definitions/log"},
        "limits": {"$ref": "#/definitions/limits"},
        "env": {
          "description": "The launcher's whole environment; that of sandproof where it is absent.",
          "type": "object",
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]*$": {"type": "string"}},
          "additionalProperties": false
        },
        "cwd": {"$ref": "#/definitions/hostPath"},
        "fds": {
          "description": "Files that the launcher is given open, by descriptor number.",
          "type": "object",
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "patternProperties": {"^([3-9]|[1-9][0-9]{1,3})$": {"$ref": "#/definitions/descriptor"}},
          "additionalProperties": false
        },
        "stdio": {"enum": ["pipe", "pty"], "default": "pipe"},
        "limit_s": {
          "description": "Seconds for a whole launch.",
          "type": "number",
          "minimum": 0.1,
          "maximum": 3600,
          "default": 20
        }
      }
    },
    "net": {
      "description": "What it may reach in networks.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "allow": {
          "description": "Destinations that it must reach; every other one is expected blocked.",
          "type": "array",
          "items": {
            "type": "string",
            "pattern": "^(tcp|udp):([0-9.]+|\\[[0-9A-Fa-f:.]+\\]|.*\\{.*):([0-9]{1,5}|.*\\}.*)$"
          }
        },
        "outside": {
          "description": "What is expected of reaching other destinations, in place of the profile.",
          "enum": ["blocked", "allowed", "any"]
        },
        "from": {
          "description": "The network that it is launched in: one made for the run, or the host's.",
          "enum": ["arena", "host"],
          "default": "arena"
        }
      }
    },
    "count": {"type": "integer", "minimum": 1, "maximum": 4194304},
    "size": {
      "description": "A number of bytes; K, M, G and T are powers of 1024.",
      "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 9007199254740992},
        {"type": "string", "pattern": "^(0*[1-9][0-9]*[KMGT]?|.*\\{.*\\}.*)$"}
      ]
    },
    "limits": {
      "description": "How much it may take; hit by --exhaust.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "pids": {
          "description": "Processes and threads at a time.",
          "$ref": "#/definitions/count"
        },
        "memory": {
          "description": "Memory of all its processes together.",
          "$ref": "#/definitions/size"
        },
        "address_space": {
          "description": "Address space of each process.",
          "$ref": "#/definitions/size"
        },
        "open_files": {
          "description": "Descriptors of each process.",
          "$ref": "#/definitions/count"
        },
        "tmpfs": {
          "description": "What each fresh file system holds.",
          "$ref": "#/definitions/size"
        },
        "disk": {
          "description": "What it may write below each read-write path.",
          "$ref": "#/definitions/size"
        },
        "cpus": {
          "description": "Processors' worth of time: 0.5 is half the time of one.",
          "type": "number",
          "minimum": 0.01,
          "maximum": 8192
        }
      }
    },
    "patterns": {
      "description": "Regular expressions, searched for in each line.",
      "type": "array",
      "items": {"type": "string", "minLength": 1}
    },
    "log": {
      "description": "What the launcher must print, and what it must not.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "expect": {"$ref": "#/definitions/patterns"},
        "reject": {"$ref": "#/definitions/patterns"},
        "launch": {
          "description": "The launcher as a whole, started for its log until all is said that is expected; the launch of the sandbox where it is absent.",
          "type": "array",
          "minItems": 1,
          "items": {"type": "string"}
        },
        "version": {
          "description": "A command whose output, inside, names the version that a group of \"expect\" takes from the log.",
          "type": "array",
          "minItems": 1,
          "items": {"type": "string"}
        },
        "limit_s": {
          "description": "Seconds for each of these.",
          "type": "number",
          "minimum": 0.1,
          "maximum": 600,
          "default": 10
        }
      }
    },
    "descriptor": {
      "anyOf": [
        {"$ref": "#/definitions/hostPath"},
        {
          "type": "object",
          "required": ["path"],
          "additionalProperties": false,
          "properties": {
            "note": {"$ref": "#/definitions/note"},
            "path": {"$ref": "#/definitions/hostPath"},
            "mode": {"enum": ["r", "rw"], "default": "r"}
          }
        }
      ]
    },
    "expect": {
      "description": "Expectations by property, or by property[path].",
      "type": "object",
      "properties": {"note": {"$ref": "#/definitions/note"}},
      "patternProperties": {},
      "additionalProperties": false
    },
    "property": {"anyOf": []},
    "waiver": {
      "type": "object",
      "required": ["property", "reason", "owner", "until"],
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "property": {"$ref": "#/definitions/property"},
        "reason": {"$ref": "#/definitions/text"},
        "owner": {"$ref": "#/definitions/text"},
        "until": {
          "description": "The last day on which it holds, YYYY-MM-DD.",
          "type": "string",
          "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
        }
      }
    },
    "pattern": {
      "description": "Perl's regular expression.",
      "type": "string",
      "minLength": 1
    },
    "seconds": {"type": "number", "minimum": 0.1, "maximum": 3600},
    "ready": {
      "type": "object",
      "additionalProperties": false,
      "anyOf": [
        {"required": ["http"]}, {"required": ["unix"]}, {"required": ["tcp"]},
        {"required": ["log"]}, {"required": ["file"]}
      ],
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "http": {
          "description": "A GET of it is answered with a status below 400.",
          "type": "string",
          "pattern": "^http://[^/]|^\\{"
        },
        "unix": {
          "description": "Somebody accepts at this path of the host.",
          "$ref": "#/definitions/hostPath"
        },
        "tcp": {
          "description": "Somebody accepts at HOST:PORT.",
          "type": "string",
          "pattern": ":|\\{"
        },
        "log": {
          "description": "A line of the output matches.",
          "$ref": "#/definitions/pattern"
        },
        "file": {
          "description": "This file of the host was made, or changed, since the start.",
          "$ref": "#/definitions/hostPath"
        }
      }
    },
    "supervisor": {
      "description": "What starts the sandboxes and watches over them. {scratch} stands for a new directory, {port} for a free TCP port, at each start.",
      "type": "object",
      "required": ["launch", "ready"],
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "launch": {
          "description": "Its command line.",
          "type": "array",
          "minItems": 1,
          "items": {"type": "string"}
        },
        "process": {
          "description": "The argv of the process that supervises, where that is not the one that \"launch\" starts: pid 1 of a container.",
          "$ref": "#/definitions/pattern"
        },
        "children": {
          "description": "The argv of each supervised child, by name; every sandbox launcher below the supervisor where it is absent.",
          "type": "object",
          "minProperties": 1,
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "patternProperties": {
            "^(?!note$)[A-Za-z0-9._-]{1,64}$": {"$ref": "#/definitions/pattern"}
          },
          "additionalProperties": false
        },
        "env": {
          "description": "The whole environment; that of sandproof where it is absent.",
          "type": "object",
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]*$": {"type": "string"}},
          "additionalProperties": false
        },
        "cwd": {"$ref": "#/definitions/hostPath"},
        "channels": {
          "description": "The services that a channel leads to are started by it, and not each by its own line.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "note": {"$ref": "#/definitions/note"},
            "env": {
              "description": "Besides \"env\", or instead: what stands for {scratch} and {port} there.",
              "type": "object",
              "properties": {"note": {"$ref": "#/definitions/note"}},
              "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]*$": {"type": "string"}},
              "additionalProperties": false
            }
          }
        },
        "ready": {
          "description": "When the system serves: all of these.",
          "anyOf": [
            {"$ref": "#/definitions/ready"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/ready"}}
          ]
        },
        "on_child_death": {
          "description": "What it does when a child dies.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "note": {"$ref": "#/definitions/note"},
            "exit_within_s": {"$ref": "#/definitions/seconds", "default": 5},
            "status": {"enum": ["nonzero", "child's"], "default": "nonzero"}
          }
        },
        "on_signal": {
          "description": "What it does when it is asked to end.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "note": {"$ref": "#/definitions/note"},
            "exit_within_s": {"$ref": "#/definitions/seconds", "default": 10},
            "grace_s": {
              "description": "Seconds that a service has between SIGTERM and SIGKILL.",
              "$ref": "#/definitions/seconds",
              "default": 0.5
            }
          }
        },
        "restart": {
          "description": "It starts a child that died again, and stays.",
          "type": "boolean",
          "default": false
        },
        "limit_s": {
          "description": "Seconds to become ready.",
          "$ref": "#/definitions/seconds",
          "default": 30
        },
        "parallel": {
          "description": "Starts at a time; more than one needs {scratch} or {port} where they would collide.",
          "type": "integer",
          "minimum": 1,
          "maximum": 64,
          "default": 1
        },
        "profile": {"enum": ["strict", "service", "agent"], "default": "strict"},
        "expect": {"$ref": "#/definitions/expect"},
        "waive": {"type": "array", "items": {"$ref": "#/definitions/waiver"}}
      }
    },
    "channel": {
      "type": "object",
      "required": ["from", "to"],
      "oneOf": [
        {"required": ["unix"], "not": {"required": ["tcp"]}},
        {"required": ["http"], "not": {"anyOf": [{"required": ["unix"]}, {"required": ["tcp"]}]}},
        {"required": ["tcp"], "not": {"anyOf": [{"required": ["unix"]}, {"required": ["http"]}]}}
      ],
      "additionalProperties": false,
      "properties": {
        "note": {"$ref": "#/definitions/note"},
        "from": {"description": "A sandbox, or \"host\" for http and tcp.", "type": "string"},
        "unix": {"$ref": "#/definitions/absolutePath"},
        "http": {
          "description": "A URL with a numeric address; of a Unix socket, a path.",
          "type": "string",
          "minLength": 1
        },
        "tcp": {"description": "ADDRESS:PORT.", "type": "string", "minLength": 1},
        "request": {"description": "What is sent; {nonce} stands for one.", "type": "string"},
        "response": {"description": "Perl's regular expression; {nonce} is the one that was sent.",
          "$ref": "#/definitions/text"},
        "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "body": {"description": "Perl's regular expression.", "$ref": "#/definitions/text"},
        "header": {
          "description": "Perl's regular expressions by name.",
          "type": "object",
          "properties": {"note": {"$ref": "#/definitions/note"}},
          "additionalProperties": {"$ref": "#/definitions/text"}
        },
        "to": {"description": "A sandbox.", "type": "string"},
        "expect": {"enum": ["allowed", "blocked", "any"], "default": "allowed"},
        "descriptors": {
          "description": "Whether any may be passed over it.",
          "enum": ["allowed", "blocked", "any"],
          "default": "any"
        }
      }
    }
  }
}
)json";

// The keys of "expect" that name this property for one path.
std::string SubjectPattern(const Property& property) {
  std::string pattern = "^";
  for (const char c : property.id) {
    if (c == '.') pattern += '\\';
    pattern += c;
  }
  if (IsOfSupervisor(property)) return pattern + "\\[[A-Za-z0-9._+/@-]+\\]$";
  switch (property.subject) {
    case SubjectKind::kEndpoint:
      return pattern + "\\[(tcp|udp):.*\\]$";
    case SubjectKind::kPeer:
    case SubjectKind::kServer:
    case SubjectKind::kCall:
    case SubjectKind::kKeptByPeer:
      return pattern + "\\[.+\\]$";
    default:
      return pattern + "\\[[/{].*\\]$";
  }
}

Schema ExpectationOf(const Property& property) {
  Schema schema = {{"description", property.claim}};
  if (property.fact) {
    schema["enum"] = {Name(Expectation::kRequired), Name(Expectation::kAny)};
  } else {
    schema["enum"] = {Name(Expectation::kBlocked), Name(Expectation::kAllowed),
                      Name(Expectation::kAny)};
  }
  return schema;
}

std::string BuildSchema() {
  Schema schema = Schema::parse(kTemplate, nullptr, /*allow_exceptions=*/false);
  if (schema.is_discarded()) std::abort();  // our own text
  Schema& definitions = schema["definitions"];
  Schema& expect = definitions["expect"];
  Schema& references = definitions["property"]["anyOf"];
  Schema ids = Schema::array();
  for (const Property& property : Catalogue()) {
    ids.push_back(property.id);
    expect["properties"][std::string(property.id)] = ExpectationOf(property);
    if (property.subject == SubjectKind::kNone && !IsOfSupervisor(property)) continue;
    const std::string pattern = SubjectPattern(property);
    expect["patternProperties"][pattern] = ExpectationOf(property);
    references.push_back({{"pattern", pattern}});
  }
  references.insert(references.begin(), Schema{{"enum", std::move(ids)}});
  return schema.dump(2, ' ', /*ensure_ascii=*/false, Schema::error_handler_t::replace) + "\n";
}

}  // namespace

std::string_view SpecSchema() {
  static const std::string schema = BuildSchema();
  return schema;
}

}  // namespace sandproof
