// The published schema and the parser, asked about the same documents.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "harness/spec/testing.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {
namespace {

using Json = nlohmann::json;
using testing::OnlyMembers;
using testing::Parse;
using testing::Refusal;
using testing::WithMembers;

// The compiled schema, made once: it has hundreds of patterns.
const valijson::Schema& CompiledSchema() {
  static const Json text = Json::parse(SpecSchema());
  static const valijson::Schema* const kSchema = [] {
    static valijson::Schema schema;
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
    return &schema;
  }();
  return *kSchema;
}

bool SchemaAccepts(const std::string& text) {
  const Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return false;
  valijson::Validator validator;
  return validator.validate(CompiledSchema(), valijson::adapters::NlohmannJsonAdapter(document),
                            nullptr);
}

std::string AndChannel(const std::string& channel) {
  return R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]}}, "channels": [)" +
         channel + "]}";
}

std::string WithSupervisor(const std::string& members) {
  return R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]}}, "supervisor": {)" +
         members + "}}";
}

TEST(SpecSchema, IsDraft07) {
  const Json schema = Json::parse(SpecSchema());
  EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#");
}

TEST(SpecSchema, NamesEveryProperty) {
  const Json schema = Json::parse(SpecSchema());
  const Json& properties = schema.at("definitions").at("expect").at("properties");
  for (const Property& property : Catalogue()) {
    EXPECT_TRUE(properties.contains(std::string(property.id))) << property.id;
  }
}

TEST(SpecSchema, AndParserAcceptTheSame) {
  const std::string documents[] = {
      WithMembers(""),
      WithMembers(R"("profile": "service", "stdio": "pty", "limit_s": 0.1, "driver": "command")"),
      WithMembers(R"("cwd": "sub", "env": {"A_1": "", "note": "n"}, "note": "n")"),
      WithMembers(R"("fds": {"3": "x", "1023": {"path": "x", "mode": "rw", "note": "n"}})"),
      WithMembers(R"("paths": {"/": "read-only", "{dir}/x": "absent", "note": "n"})"),
      WithMembers(R"("expect": {"net.tcp_loopback_reachable": "any", "note": "n"})"),
      WithMembers(R"("expect": {"cap.effective_empty": "required"})"),
      WithMembers(R"("expect": {"fs.ro.open_write[{dir}/x]": "allowed"})"),
      WithMembers(R"("waive": [{"property": "fs.ro.open_write[/x]", "reason": "r", "owner": "o",
                                "until": "2027-01-31", "note": "n"}])"),
      WithMembers(
          R"json("log": {"expect": ["a (b)"], "reject": [], "launch": ["x"], "version": ["v"],
                             "limit_s": 600, "note": "n"})json"),
      WithMembers(R"("limits": {})"),
      WithMembers(R"("limits": {"pids": 64, "memory": "256M", "address_space": 1, "cpus": 0.5,
                                "open_files": 4194304, "tmpfs": "64K", "disk": "1T", "note": "n"})"),
      AndChannel(R"({"from": "auth", "unix": "/s", "to": "auth", "expect": "any", "note": "n"})"),
      AndChannel(R"({"from": "auth", "unix": "/s", "to": "auth", "descriptors": "blocked"})"),
      WithMembers(R"("expect": {"peer.process_visible[auth]": "any"})"),
      WithSupervisor(R"("launch": ["./e.sh"], "ready": {"log": "up"})"),
      WithSupervisor(R"("launch": ["{scratch}/e"], "cwd": "{scratch}", "ready": [
          {"http": "http://127.0.0.1:{port}/health", "note": "n"}, {"unix": "{scratch}/s"},
          {"tcp": "[::1]:80", "file": "f"}], "env": {"A": "{port}"}, "process": "^tini",
          "children": {"auth": "auth", "note": "n"}, "restart": true, "limit_s": 1, "parallel": 4,
          "on_child_death": {"exit_within_s": 0.5, "status": "child's", "note": "n"},
          "on_signal": {"exit_within_s": 3, "grace_s": 0.1}, "profile": "service", "note": "n",
          "expect": {"supervisor.crash_noticed_in_time[auth/SIGKILL]": "any"},
          "waive": [{"property": "supervisor.crash_noticed_in_time", "reason": "r", "owner": "o",
                     "until": "2027-01-31"}])"),
  };
  for (const std::string& document : documents) {
    EXPECT_EQ(Refusal(document), "(accepted)") << document;
    EXPECT_TRUE(SchemaAccepts(document)) << document;
  }
}

TEST(SpecSchema, AndParserRefuseTheSame) {
  const std::string documents[] = {
      "[]",
      "{}",
      R"({"sandboxes": {}})",
      R"({"sandboxes": []})",
      R"({"sandboxes": {"a b": {"launch": ["{payload}"], "payload": ["a"]}}})",
      R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]}}, "extra": 1})",
      R"({"sandboxes": {"note": {"launch": ["{payload}"], "payload": ["a"]}}})",
      OnlyMembers(R"("launch": ["{payload}"])"),
      OnlyMembers(R"("payload": ["a"])"),
      OnlyMembers(R"("launch": ["bwrap"], "payload": ["a"])"),
      OnlyMembers(R"("launch": [], "payload": ["a"])"),
      OnlyMembers(R"("launch": ["{payload}", 1], "payload": ["a"])"),
      OnlyMembers(R"("launch": ["{payload}"], "payload": [])"),
      WithMembers(R"("lunch": [])"),
      WithMembers(R"("note": 1)"),
      WithMembers(R"("driver": " ")"),
      WithMembers(R"("profile": "lax")"),
      WithMembers(R"("stdio": "tty")"),
      WithMembers(R"("limit_s": 0)"),
      WithMembers(R"("limit_s": 3601)"),
      WithMembers(R"("limit_s": "20")"),
      WithMembers(R"("cwd": "")"),
      WithMembers(R"("env": {"1A": "x"})"),
      WithMembers(R"("env": {"A": null})"),
      WithMembers(R"("fds": {"2": "x"})"),
      WithMembers(R"("fds": {"09": "x"})"),
      WithMembers(R"("fds": {"9": {"mode": "r"}})"),
      WithMembers(R"("fds": {"9": {"path": "x", "mode": "w"}})"),
      WithMembers(R"("paths": {"app": "absent"})"),
      WithMembers(R"("paths": {"/app": "hidden"})"),
      WithMembers(R"("expect": {"no.such": "any"})"),
      WithMembers(R"("expect": {"cap.effective_empty": "blocked"})"),
      WithMembers(R"("expect": {"net.tcp_loopback_reachable": "required"})"),
      WithMembers(R"("expect": {"cap.effective_empty[/app]": "any"})"),
      WithMembers(R"("expect": {"fs.ro.open_write[app]": "any"})"),
      WithMembers(R"("net": [])"),
      WithMembers(R"("net": {"allow": "tcp:192.0.2.10:443"})"),
      WithMembers(R"("net": {"allow": ["tcp:example.org:443"]})"),
      WithMembers(R"("net": {"outside": "required"})"),
      WithMembers(R"("net": {"from": "nowhere"})"),
      WithMembers(R"("expect": {"net.allowed_reachable[/app]": "any"})"),
      WithMembers(R"("log": [])"),
      WithMembers(R"("log": {"expects": []})"),
      WithMembers(R"("log": {"expect": "a"})"),
      WithMembers(R"("log": {"expect": [""]})"),
      WithMembers(R"("log": {"launch": []})"),
      WithMembers(R"("log": {"limit_s": 0})"),
      WithMembers(R"("limits": [])"),
      WithMembers(R"("limits": {"pid": 1})"),
      WithMembers(R"("limits": {"pids": 0})"),
      WithMembers(R"("limits": {"pids": "64"})"),
      WithMembers(R"("limits": {"open_files": 1.5})"),
      WithMembers(R"("limits": {"memory": "512Mi"})"),
      WithMembers(R"("limits": {"memory": 0})"),
      WithMembers(R"("limits": {"tmpfs": "0"})"),
      WithMembers(R"("limits": {"cpus": 0})"),
      WithMembers(R"("limits": {"cpus": "1"})"),
      WithMembers(R"("waive": {})"),
      WithMembers(R"("waive": [{"property": "cap.effective_empty", "reason": "r", "owner": "o"}])"),
      WithMembers(R"("waive": [{"property": "cap.effective_empty", "reason": "r", "owner": " ",
                                "until": "2027-01-31"}])"),
      WithMembers(R"("waive": [{"property": "cap.effective_empty", "reason": "r", "owner": "o",
                                "until": "2027-1-31"}])"),
      WithMembers(R"("waive": [{"property": "no.such", "reason": "r", "owner": "o",
                                "until": "2027-01-31"}])"),
      WithSupervisor(R"("launch": ["e"])"),
      WithSupervisor(R"("ready": {"log": "up"})"),
      WithSupervisor(R"("launch": [], "ready": {"log": "up"})"),
      WithSupervisor(R"("launch": ["e"], "ready": {})"),
      WithSupervisor(R"("launch": ["e"], "ready": [])"),
      WithSupervisor(R"("launch": ["e"], "ready": {"port": 1})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": ""})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"http": "https://127.0.0.1/"})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"tcp": "80"})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "children": {})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "children": {"a b": "x"})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "restart": "no")"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "parallel": 0)"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "parallel": 1.5)"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "limit_s": 0)"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"},
                        "on_child_death": {"status": "zero"})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"}, "on_signal": {"limit": 1})"),
      WithSupervisor(R"("launch": ["e"], "ready": {"log": "up"},
                        "expect": {"supervisor.crash_noticed_in_time[a b]": "any"})"),
      AndChannel(R"({"from": "auth", "unix": "/s"})"),
      AndChannel(R"({"from": "auth", "unix": "s", "to": "auth"})"),
      AndChannel(R"({"from": "auth", "unix": "/s", "to": "auth", "expect": "required"})"),
      AndChannel(R"({"from": "auth", "unix": "/s", "to": "auth", "tcp": 1})"),
  };
  for (const std::string& document : documents) {
    EXPECT_NE(Refusal(document), "(accepted)") << document;
    EXPECT_FALSE(SchemaAccepts(document)) << document;
  }
}

}  // namespace
}  // namespace sandproof
