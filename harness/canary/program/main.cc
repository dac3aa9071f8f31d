// The program that is planted as a set-uid program and as one with file capabilities: writes with
// which credentials it runs, and ends.
//
// Harmless: whoever else on the host starts it gets these 48 bytes. It reads no argument, no
// variable and no file, opens nothing and uses none of its capabilities.
// Why: without a C library, because that reads the environment of whoever starts it.
#include <linux/capability.h>
#include <sys/syscall.h>

#include "probes/wire/planted_program.h"

namespace {

// Volatile: the compiler must not look into what the harness changes.
volatile sandproof::PlantedNonce nonce = sandproof::kPlantedNonce;

long Call(long number, long first, long second, long third) {
#if defined(__x86_64__)
  long result = number;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(first), "S"(second), "d"(third)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long which asm("x8") = number;
  register long result asm("x0") = first;
  register long x1 asm("x1") = second;
  register long x2 asm("x2") = third;
  asm volatile("svc 0" : "+r"(result) : "r"(which), "r"(x1), "r"(x2) : "memory");
  return result;
#else
#error "which instruction enters the kernel on this processor?"
#endif
}

}  // namespace

extern "C" [[noreturn]] void _start() {
  sandproof::PlantedAnswer answer;
  for (unsigned i = 0; i < sizeof answer.nonce; ++i) answer.nonce[i] = nonce.text[i];
  answer.effective_uid = static_cast<std::uint32_t>(Call(SYS_geteuid, 0, 0, 0));
  answer.effective_gid = static_cast<std::uint32_t>(Call(SYS_getegid, 0, 0, 0));
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  const long told =
      Call(SYS_capget, reinterpret_cast<long>(&header), reinterpret_cast<long>(data), 0);
  answer.permitted = data[0].permitted | static_cast<std::uint64_t>(data[1].permitted) << 32U;
  if (told == 0) Call(SYS_write, 1, reinterpret_cast<long>(&answer), sizeof answer);
  for (;;) Call(SYS_exit_group, told == 0 ? 0 : 1, 0, 0);
}
