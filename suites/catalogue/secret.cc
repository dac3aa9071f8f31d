// Secrets of the host at well-known places. They are opened, never read.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

namespace {

// ENODATA: empty, or something else in its place; ESTALE: not the host's file.
Property Place(Property property) {
  property.denied_by = OrFiltered({ENOENT, ENOTDIR, ENODATA, ESTALE});
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOENT, ENOTDIR, ENODATA};
  return property;
}

}  // namespace

std::vector<Property> Secret() {
  return {
      Place({.id = "secret.shadow_readable",
             .severity = Severity::kHigh,
             .claim = "The host's password hashes do not open.",
             .why = "They can be cracked offline.",
             .probe = "fs/open_path",
             .params = {{"paths", "/etc/shadow:/etc/gshadow:/etc/security/opasswd"}},
             .remedy = {{"bwrap",
                         "bind single files of /etc instead of --ro-bind /etc /etc, or "
                         "start it as another uid than root"},
                        {"command", "give the payload an /etc of its own"}},
             .source = "shadow(5)"}),
      Place({.id = "secret.ssh_host_keys",
             .severity = Severity::kHigh,
             .claim = "The host's SSH keys do not open.",
             .why = "Whoever has them can pose as the host.",
             .probe = "fs/open_path",
             .params = {{"paths",
                         "/etc/ssh/ssh_host_ed25519_key:/etc/ssh/ssh_host_ecdsa_key:/etc/ssh/"
                         "ssh_host_rsa_key"}},
             .remedy = {{"bwrap", "bind single files of /etc instead of --ro-bind /etc /etc"},
                        {"command", "give the payload an /etc of its own"}},
             .source = "sshd(8) FILES"}),
      Place({.id = "secret.tls_private",
             .severity = Severity::kHigh,
             .claim = "The host's TLS keys are not visible.",
             .why = "Whoever has them can pose as the host's services.",
             .probe = "fs/path_exists",
             .params = {{"paths", "/etc/ssl/private:/etc/letsencrypt/live"}, {"what", "content"}},
             .expect = kBlockedUnlessAgent,
             .remedy = {{"bwrap", "bind /etc/ssl/certs instead of /etc or /etc/ssl"},
                        {"command", "give the payload an /etc of its own"}},
             .source = "hier(7)"}),
      Place({.id = "secret.cloud_credentials",
             .severity = Severity::kHigh,
             .claim = "Credentials of clouds and clusters do not open at their usual places.",
             .why = "They give the accounts of whoever runs the host.",
             .probe = "fs/open_path",
             .params = {{"paths",
                         "/root/.aws/credentials:/root/.kube/config:/root/.docker/config.json:/"
                         "root/.config/gcloud/credentials.db:/root/.netrc:/var/run/secrets/"
                         "kubernetes.io/serviceaccount/token"}},
             .remedy = {{"bwrap", "do not bind /root and /run"},
                        {"command", "leave homes and service account tokens out"}},
             .source = "kubernetes.io: service account tokens; netrc(5)"}),
      Place({.id = "secret.ssh_user_keys",
             .severity = Severity::kHigh,
             .claim = "SSH keys of the host's users do not open.",
             .why = "They open other machines.",
             .probe = "fs/open_path",
             .params = {{"paths",
                         "/root/.ssh/id_ed25519:/root/.ssh/id_ecdsa:/root/.ssh/id_rsa:/root/.ssh/"
                         "authorized_keys"}},
             .remedy = {{"bwrap", "do not bind /root and /home"}, {"command", "leave homes out"}},
             .source = "ssh(1) FILES"}),
      Place({.id = "secret.agent_socket",
             .severity = Severity::kHigh,
             .claim = "No agent of SSH or GnuPG, and no daemon that a variable names, can be "
                      "connected to.",
             .why = "An agent signs and decrypts with keys that never leave it.",
             .probe = "ipc/socket_usable",
             .params = {{"paths",
                         "/run/user/*/gnupg/S.gpg-agent:/run/user/*/gnupg/S.gpg-agent.ssh:/run/"
                         "user/*/keyring/ssh:/run/user/*/openssh_agent:/run/libvirt/libvirt-sock"},
                        {"variables",
                         "SSH_AUTH_SOCK,GPG_AGENT_INFO,DOCKER_HOST,CONTAINER_HOST,LIBVIRT_DEFAULT_"
                         "URI,DBUS_SESSION_BUS_ADDRESS,DBUS_SYSTEM_BUS_ADDRESS"}},
             .remedy = {{"bwrap", "do not bind /run/user, and start bwrap with env -i"},
                        {"command", "leave /run/user out, and the variables"}},
             .source = "ssh-agent(1), gpg-agent(1)"}),
      Place({.id = "secret.runtime_socket",
             .severity = Severity::kCritical,
             .claim = "No socket of a container runtime or of systemd is visible.",
             .why = "Whoever connects starts a container with the host's root directory in it.",
             .probe = "fs/path_exists",
             .params = {{"paths",
                         "/run/docker.sock:/var/run/docker.sock:/run/podman/podman.sock:/run/"
                         "containerd/containerd.sock:/run/crio/crio.sock:/run/systemd/private:/"
                         "var/lib/lxd/unix.socket:/run/snapd.socket"},
                        {"what", "socket"}},
             .remedy = {{"bwrap", "bind single directories below /run instead of /run or /var/run"},
                        {"command", "leave the runtime's sockets out"}},
             .source = "docs.docker.com: Protect the Docker daemon socket"}),
      Place({.id = "secret.history_and_home",
             .severity = Severity::kMedium,
             .claim = "/root and /home are absent or empty.",
             .why = "Homes hold histories, keys and tokens.",
             .probe = "fs/path_exists",
             .params = {{"paths", "/root:/home"}, {"what", "content"}},
             .expect = kBlockedIfStrict,
             .remedy = {{"bwrap", "do not bind /root and /home; bind single directories elsewhere"},
                        {"command", "leave homes out"}},
             .source = "hier(7)"}),
      Place({.id = "secret.machine_id",
             .severity = Severity::kLow,
             .claim = "The host's machine id does not open.",
             .why = "It names the machine for good; keys and identifiers are derived from it.",
             .probe = "fs/open_path",
             .params = {{"path", "/etc/machine-id"}},
             .expect = kBlockedIfStrict,
             .remedy = {{"bwrap", "bind single files of /etc instead of --ro-bind /etc /etc"},
                        {"command", "give the payload a machine id of its own"}},
             .source = "machine-id(5)"}),
  };
}

}  // namespace sandproof::catalogue
