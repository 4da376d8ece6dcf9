/**
 * How long lvs-lab waits, for what, and what it watches meanwhile. Every wait in TypeScript has its limit here. `docs/waits.md` is made
 * from this list and from the shell scripts' own (tests/unit/model/limits.test.ts).
 */

/** One wait. */
export type Limit = {
  /** Seconds. */
  readonly seconds: number;
  /** File that waits. */
  readonly where: string;
  readonly waitsFor: string;
  /** What is watched meanwhile, and ends the wait early. */
  readonly looksAt: string;
};

const limit = (seconds: number, where: string, waitsFor: string, looksAt: string): Limit => ({
  seconds,
  where,
  waitsFor,
  looksAt,
});

const REMOTE = "components/machine/remote";
const LIBVIRT = "components/platform/libvirt";
const exit = "the command's end";

export const LIMITS = {
  // Machines that boot.
  guestRefuses: limit(
    300,
    `${REMOTE}/ready.ts`,
    "a guest that refuses SSH (`lvs-lab:bootTimeout`; twice that with a cloud image)",
    "with `lab up`: its serial log and its domain",
  ),
  guestDial: limit(20, `${REMOTE}/ready.ts`, "one dial, with its handshake", "the same"),
  guestBoots: limit(300, `${REMOTE}/ready.ts`, "the end of the boot after SSH answers", "systemd's state in the guest"),
  script: limit(900, `${REMOTE}/runScript.ts`, "a machine's script", exit),
  template: limit(240, "operations/engine/templates.ts", "a template that boots", "its serial log and its domain"),
  engineLook: limit(1.5, "operations/engine/engine.ts", "the next look at an engine's progress", "nothing"),
  clock: limit(
    60,
    "operations/snapshots.ts",
    "a restored guest that sets its clock",
    "SSH, its serial log and its domain",
  ),
  clockOnce: limit(20, "operations/snapshots.ts", "one attempt to set it", exit),
  // libvirt, Pulumi, other processes.
  libvirtThere: limit(10, `${LIBVIRT}/virsh.ts`, "a libvirt that may be unreachable", exit),
  libvirtAnswer: limit(60, `${LIBVIRT}/virsh.ts`, "an answer of libvirt", exit),
  libvirtData: limit(600, `${LIBVIRT}/virsh.ts`, "libvirt to move memory or disks", exit),
  destroy: limit(45, "operations/engine/engine.ts", "`pulumi destroy`; then the rest is removed by name", exit),
  interruptAgain: limit(20, "operations/run.ts", "an interrupted program; then it is interrupted again", exit),
  interruptKill: limit(27, "operations/run.ts", "an interrupted program; then it is killed", exit),
  lock: limit(300, "operations/engine/locked.ts", "another process that holds a lock", "the lock"),
  toolchainAnswer: limit(30, "operations/engine/pulumi.ts", "pulumi to print its version or its plugins", exit),
  download: limit(600, "operations/engine/toolchain.ts", "one step of the official download", "incoming bytes"),
  downloadSilent: limit(20, "operations/engine/toolchain.ts", "a download that sends nothing", "incoming bytes"),
  // Questions to machines.
  sshConnect: limit(15, "operations/session/session.ts", "a guest that takes a connection", "the connection"),
  sshCommand: limit(60, "operations/session/session.ts", "a command in a guest", exit),
  sshClose: limit(5, "operations/session/session.ts", "a connection that is closed", exit),
  clientCommand: limit(30, "operations/session/session.ts", "a command of the client", exit),
  collectConnect: limit(
    15,
    "operations/collect/conversation.ts",
    "`collect`'s first connection to a machine",
    "the connection",
  ),
  collect: limit(300, "operations/collect/conversation.ts", "all answers of a machine to `collect`", exit),
  request: limit(3, "operations/verify/requests.ts", "one page", "curl's end"),
  requestSlack: limit(30, "operations/verify/requests.ts", "the command around the pages", exit),
  serverAnswer: limit(5, "components/roles/server/ask.ts", "a server's name", "the answer"),
  outageRequest: limit(0.3, "operations/verify/outage.ts", "one page while the VIP moves", "curl's end"),
  // Until a lab is in the expected state.
  settle: limit(60, "cli/options.ts", "a lab that settles (`--settle`)", "the nodes, twice a second"),
  move: limit(30, "operations/verify/drills/failover.ts", "a VIP that moves", "which node holds it, twice a second"),
  stay: limit(
    8,
    "operations/verify/drills/failover.ts",
    "a director that must not take the VIP",
    "which node holds it",
  ),
  held: limit(8, "operations/verify/drills/held.ts", "connections that stay open", "the directors' tables"),
  told: limit(
    8,
    "operations/verify/drills/survival.ts",
    "the sync daemon to tell another director of connections",
    "that director's connections",
  ),
  captureStart: limit(20, "operations/verify/drills/walk.ts", "tcpdump's start in a guest", "its first line"),
  captureCount: limit(15, "operations/verify/drills/walk.ts", "IPVS to count packets", "its counters"),
  routing: limit(15, "operations/verify/drills/routerStop.ts", "a route that is closed or open again", "the answers"),
  trialSlack: limit(
    12,
    "operations/verify/predictions/trials.ts",
    "a failure's effect, beyond 1.5 times what predict says",
    "which nodes hold the VIPs; the tables",
  ),
  trialStay: limit(
    2,
    "operations/verify/predictions/trials.ts",
    "a VIP that must stay, beyond three adverts and a second",
    "which nodes hold the VIPs",
  ),
  trialTwice: limit(
    1,
    "operations/verify/predictions/trials.ts",
    "a VIP that has moved to stay there",
    "which nodes hold it",
  ),
  trialBoot: limit(
    300,
    "operations/verify/predictions/trials.ts",
    "a director that was powered off to run keepalived again",
    "systemd's state of it",
  ),
  guestBack: limit(180, "operations/drills/act.ts", "a guest that boots again in a drill", "SSH, and systemd's state"),
  drillAnswer: limit(30, "operations/drills/run.ts", "a first answer before a drill", "the answers"),
  drillHealed: limit(90, "operations/drills/course.ts", "the lab after a drill", "which node holds the VIP"),
  drillRequest: limit(2, "operations/drills/load/load.ts", "one request of the load", "the answer"),
  mail: limit(30, "operations/verify/drills/mail.ts", "keepalived's mails", "the spools"),
  repairSettle: limit(
    15,
    "operations/drift/index.ts",
    "a repaired node, before its daemon is restarted",
    "the differences",
  ),
  restart: limit(120, "operations/drift/index.ts", "a daemon that restarts", exit),
} as const satisfies Readonly<Record<string, Limit>>;

/** Waits of shell scripts and of the command line's front, which cannot read the list above. `words` is the text that sets the limit. */
export const SHELL_LIMITS: readonly (Limit & { readonly words: string })[] = [
  { ...limit(20, "host/libvirtd", "libvirtd's first answer", "its socket and its process"), words: "DEADLINE=20" },
  { ...limit(10, "host/libvirtd", "a libvirtd that may hang", exit), words: "timeout 10 virsh" },
  { ...limit(120, "host/libvirtd", "another start or stop", "the lock"), words: "flock -w 120" },
  { ...limit(10, "host/libvirtd", "a daemon to end; then it is killed", "the process"), words: "SECONDS + 10" },
  { ...limit(10, "host/accelerator", "a guest on KVM to reach its init", "its serial log"), words: "LIMIT=10" },
  { ...limit(300, "host/packages", "another apt", "apt's lock"), words: "Lock::Timeout=300" },
  { ...limit(1800, "host/packages", "another install of host packages", "the lock"), words: "PATIENCE=1800" },
  { ...limit(900, "host/modules", "another `npm ci`", "the lock"), words: "flock --wait 900" },
  { ...limit(4, "host/conditions", "a registry that takes a connection", "the connection"), words: "PATIENCE=4" },
  { ...limit(2, "cli/front/version.cjs", "git's word for the commit", exit), words: "timeout: 2 *" },
  { ...limit(120, `${REMOTE}/prelude.sh`, "another script on the same machine", "the lock"), words: "flock -w 120" },
  { ...limit(120, `${REMOTE}/prelude.sh`, "another apt on the machine", "apt's lock"), words: "Lock::Timeout=120" },
  { ...limit(5, "components/roles/dns/ask.sh", "an answer of a DNS server", "the answer"), words: "timeout 5 dd" },
  { ...limit(15, "components/roles/mail/greet.sh", "the greeting of a mail server", "the greeting"), words: "-t 15" },
  {
    ...limit(20, `${REMOTE}/prelude.sh`, "a package source that does not answer", "the connection"),
    words: "http::Timeout=20",
  },
];
