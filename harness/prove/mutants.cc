#include "harness/prove/mutants.h"

#include <algorithm>

#include "harness/collect/prepare.h"
#include "harness/process/detach.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

// A line that is left hanging by what is missing in it must not hold up the others.
constexpr std::chrono::milliseconds kLongest = std::chrono::seconds(5);

// The user's sandbox with the line of the mutant.
SandboxSpec Mutated(const SandboxSpec& spec, const MutantLine& line) {
  SandboxSpec mutated = spec;
  mutated.launch = line.launch;
  if (line.is_bare) mutated.driver = "command";
  std::erase_if(mutated.fds, [&](const GivenDescriptor& given) {
    return std::ranges::find(line.unused_fds, given.fd) != line.unused_fds.end();
  });
  return mutated;
}

// A session of the baseline's, in another seat, that launches the mutant's line and still asks
// what the baseline's line promises.
class Mutant {
 public:
  Mutant(const MutantOrder& order, std::size_t seat, DecoyShelf& decoys, PlanShelf& plans)
      : order_(order), seat_(seat), decoys_(decoys), plans_(plans) {}

  asio::awaitable<void> Run() {
    const SessionOrder& baseline = order_.baseline;
    const SandboxSpec mutated = Mutated(baseline.spec, order_.line);
    const Result<const Driver*> driver = FindDriver(mutated);
    if (!driver) {
      order_.result.failure = driver.error().message;
      co_return;
    }
    const bool is_terminal = baseline.spec.stdio == StdioKind::kPty;
    const std::string batch = is_terminal ? baseline.world.BatchPath(2 * seat_) : "";
    const Prepared prepared{.spec = &mutated, .driver = *driver, .content = order_.line.fd_content};
    Result<LaunchPlan> plan = PlanLaunch(prepared, baseline.agent_path, batch);
    const Result<LaunchPlan> piped = PlanLaunch(prepared, baseline.agent_path, "");
    if (!plan || !piped) {
      order_.result.failure = plan ? piped.error().message : plan.error().message;
      co_return;
    }
    plan->promises = baseline.plan.promises;
    SandboxSpec asked = baseline.spec;
    asked.fds = mutated.fds;
    asked.limit = std::min(asked.limit, kLongest);
    SessionOrder session{.spec = asked,
                         .channels = baseline.channels,
                         .driver = **driver,
                         .plan = *plan,
                         .world = baseline.world,
                         .agent_path = baseline.agent_path,
                         .number = seat_,
                         .batch_path = batch,
                         .piped_argv = piped->argv,
                         .only = order_.only.empty() ? baseline.only : order_.only,
                         .today = baseline.today,
                         .ask_version = []() -> asio::awaitable<std::string> {
                           co_return std::string();  // the baseline knows it
                         },
                         .decoys = &decoys_,
                         .plans = &plans_,
                         .controls = &order_.controls};
    const SandboxRun run = co_await RunSession(std::move(session));
    order_.result = RunOf(run);
    if (!order_.is_explained) co_return;
    for (const CheckResult& result : run.results) {
      order_.result.judgements[result.check.Id()] = result.judgement;
    }
  }

 private:
  const MutantOrder& order_;
  std::size_t seat_;
  DecoyShelf& decoys_;
  PlanShelf& plans_;
};

class Pool {
 public:
  Pool(asio::io_context& context, const std::vector<MutantOrder>& orders, const MutantPool& pool)
      : context_(context), orders_(orders), pool_(pool) {}

  void Run() {
    if (orders_.empty()) return;
    active_ = std::max<std::size_t>(pool_.seats, 1);
    for (std::size_t seat = 0, seats = active_; seat < seats; ++seat) {
      Detach(context_, Work(seat));
    }
    context_.restart();
    context_.run();
  }

 private:
  asio::awaitable<void> Work(std::size_t seat) {
    while (next_ < orders_.size() && !pool_.is_over()) {
      const MutantOrder& order = orders_[next_++];
      Mutant mutant(order, seat, decoys_, plans_);
      co_await mutant.Run();
      if (pool_.on_done) pool_.on_done(order);
    }
    // The listeners would keep the loop alive for ever.
    if (--active_ == 0) context_.stop();
  }

  asio::io_context& context_;
  const std::vector<MutantOrder>& orders_;
  const MutantPool& pool_;
  DecoyShelf decoys_ = {};
  PlanShelf plans_ = {};
  std::size_t next_ = 0;
  std::size_t active_ = 0;
};

}  // namespace

void RunMutants(asio::io_context& context, const std::vector<MutantOrder>& orders,
                const MutantPool& pool) {
  Pool(context, orders, pool).Run();
}

}  // namespace sandproof
