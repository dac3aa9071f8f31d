#include "harness/collect/launches.h"

#include "harness/process/capabilities.h"

namespace sandproof {

namespace {

std::vector<std::string> LaunchEnvironment(const SandboxSpec& spec, const World& world) {
  std::vector<std::string> env = EnvironmentOf(spec.env);
  env.push_back(world.EnvironmentEntry());  // last: Plain takes it out
  return env;
}

}  // namespace

Result<bool> Launches::Open() {
  TRY(descriptors_, OpenAll(order_.plan.fds));
  const bool is_live = order_.live != nullptr;
  canaries_ = order_.world.params();
  planted_ =
      order_.world.PlantDescriptors(is_live ? order_.live->taken : descriptors_.numbers, canaries_);
  const auto file = canaries_.find(Canary::kInheritedFile);
  if (file == canaries_.end() || is_live || planted_.empty()) return true;
  kinds_ = PlantedKinds::Make(file->second["nonce"]);
  kinds_.Plant(descriptors_.numbers, planted_, file->second);
  return true;
}

std::vector<int> Launches::HandedByDriver() const {
  std::vector<int> numbers = descriptors_.numbers;
  for (const GivenDescriptor& given : order_.spec.fds) std::erase(numbers, given.fd);
  if (order_.live != nullptr) numbers.push_back(order_.live->channel);
  return numbers;
}

Seat Launches::LauncherSeat() const {
  return order_.world.networks().LauncherSeat(places_.near, order_.number);
}

std::vector<ChildFd> Launches::AndPlanted(const OpenDescriptors& descriptors) const {
  std::vector<ChildFd> fds = descriptors.fds;
  fds.insert(fds.end(), planted_.begin(), planted_.end());
  return fds;
}

LaunchOrder Launches::WithoutNetwork() const {
  LaunchOrder order{.agent_path = order_.agent_path, .argv = order_.plan.argv};
  order.env = LaunchEnvironment(order_.spec, order_.world);
  order.cwd = order_.spec.cwd;
  order.fds = AndPlanted(descriptors_);
  order.terminal = order_.spec.stdio == StdioKind::kPty;
  order.session_key = order_.world.SessionKey();
  return order;
}

LaunchOrder Launches::Sandbox() const {
  LaunchOrder order = WithoutNetwork();
  order.net_ns = LauncherSeat().net_ns;
  return order;
}

Result<LaunchOrder> Launches::SecondSandbox() {
  TRY(second_descriptors_, OpenAll(order_.plan.fds));
  LaunchOrder order = Sandbox();
  order.argv = order_.piped_argv;
  order.terminal = false;
  order.fds = AndPlanted(second_descriptors_);
  return order;
}

LaunchOrder Launches::Plain(std::vector<std::string> argv) const {
  LaunchOrder order = Sandbox();
  order.argv = std::move(argv);
  order.env.pop_back();
  order.fds.clear();
  order.terminal = false;
  order.session_key.clear();
  return order;
}

// In a network like the launcher's, but for what the launcher makes of it.
ControlOrder Launches::SeatedControl(std::string label) const {
  ControlOrder control{.label = std::move(label),
                       .launch = WithoutNetwork(),
                       .place = places_.near,
                       .twin = order_.number};
  control.launch.net_ns = order_.world.networks().ControlSeat(places_.near).net_ns;
  control.launch.argv = {order_.agent_path};
  return control;
}

std::unique_ptr<Control> Launches::ControlAs(std::optional<RunAs> identity,
                                             std::string label) const {
  ControlOrder control = SeatedControl(std::move(label));
  control.launch.run_as = std::move(identity);
  control.batch_path = order_.control_batch_path;
  if (!control.batch_path.empty()) control.launch.argv.push_back("--batch=" + control.batch_path);
  return std::make_unique<Control>(executor_, std::move(control), order_.world);
}

std::unique_ptr<Control> Launches::NamespacedControl() const {
  if (MayFillNamespaces()) return nullptr;
  ControlOrder control = SeatedControl("in a user namespace of the same user");
  control.launch.terminal = false;
  control.launch.user_namespace = true;
  return std::make_unique<Control>(executor_, std::move(control), order_.world);
}

}  // namespace sandproof
