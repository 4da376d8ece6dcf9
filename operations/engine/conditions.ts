/** What one lab needs of this host, checked before anything is made. What every lab needs is in host/conditions. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { checkClientPlace, isRemote } from "../../model/topology/clientPlace";
import { type HostRoute, hostRouteConflicts } from "../../model/topology/hostRoutes";
import { loadTopology } from "../../documents/load";
import { guestsOf } from "../../model/topology/guests";
import { domainName } from "../../model/topology/names";
import type { Topology } from "../../model/topology/topology";
import { platforms, platformUri } from "../platforms";
import { overridesOf } from "../naming";
import { embeddedNetns, inRoot } from "../paths";
import { tryRun } from "../run";
import { UserError } from "../../model/userError";
import { type Stack, stackOf } from "./stack";

/** A row of host/doctor. missing: `up` would fail; note: it works, but not at its best. */
export type Condition = {
  readonly state: "ok" | "missing" | "note";
  readonly requirement: string;
  readonly found: string;
  readonly why: string;
  readonly fix?: string;
};

/** What is known about the host. */
export type HostFacts = {
  readonly uid: number;
  /** MiB of memory that new guests can use. */
  readonly memory: number;
  /** Names of the domains that run here already. */
  readonly running: readonly string[];
  /** Routes in the place where the lab's segments will be; empty if that is another machine. */
  readonly routes: readonly HostRoute[];
};

/** The part of its memory that an emulated guest of 512 MiB takes once it serves, QEMU included (measured). */
const taken = 2 / 3;

/** What a lab needs of the host that it will run on. `uri` is that host's libvirt; undefined: the embedded one. */
export function conditionsOf(topology: Topology, uri: string | undefined, host: HostFacts): Condition[] {
  const remote = uri !== undefined && isRemote(uri);
  return [
    ...(remote ? [] : [memory(topology, host)]),
    ...hostRouteConflicts(topology, host.routes).map(
      ({ path, got, need, fix }): Condition => ({
        state: "missing",
        requirement: path,
        found: got,
        why: `need ${need}`,
        ...(fix === undefined ? {} : { fix }),
      }),
    ),
    ...(topology.client.kind !== "vm" && host.uid !== 0
      ? [
          {
            state: "missing",
            requirement: "root for the client",
            found: `uid ${host.uid}`,
            why: "the client is a network namespace of this machine",
            fix: "run it with sudo, or set client: { kind: vm }",
          } as const,
        ]
      : []),
  ];
}

function memory(topology: Topology, { memory: free, running }: HostFacts): Condition {
  const fresh = Object.values(guestsOf(topology)).filter(
    ({ name }) => !running.includes(domainName(topology.name, name)),
  );
  const given = fresh.reduce((sum, { memory: size }) => sum + size, 0);
  const row = { requirement: "memory", found: `${free} MiB free` };
  const guests = `${fresh.length} guests of ${topology.name} have ${given} MiB`;
  const fix = "end other programs, or give the nodes less memory";
  const needed = Math.ceil(given * taken);
  if (free < needed)
    return { ...row, state: "missing", why: `${guests}, and use ${needed} of them as soon as they serve`, fix };
  if (free < given)
    return { ...row, state: "note", why: `${guests}; what is free is enough until they use all of theirs`, fix };
  return { ...row, state: "ok", why: guests };
}

/** Looks at this host; starts nothing. */
export function hostFacts(uri: string | undefined): HostFacts {
  return {
    uid: process.getuid?.() ?? 0,
    memory: freeMemory((file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "")),
    running: runningDomains(),
    routes: routesAt(uri),
  };
}

/** Free MiB, within the limit of this process's cgroup. */
export function freeMemory(read: (file: string) => string): number {
  const available = Number(/^MemAvailable: +(\d+) kB$/m.exec(read("/proc/meminfo"))?.[1] ?? 0) / 1024;
  const limit = Number(read("/sys/fs/cgroup/memory.max")); // "max" or no file: no limit
  const cache = Number(/^inactive_file (\d+)$/m.exec(read("/sys/fs/cgroup/memory.stat"))?.[1] ?? 0);
  const ours = limit > 0 ? (limit - Number(read("/sys/fs/cgroup/memory.current")) + cache) / 1024 / 1024 : available;
  return Math.floor(Math.min(available, ours));
}

/** All domains that run here, by the name on QEMU's command line. */
function runningDomains(): string[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return /\0guest=([^,\0]+)/.exec(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.[1] ?? [];
      } catch {
        return []; // it has ended, or this user may not look at it
      }
    });
}

/** Routes that a lab's segments could overlap. In the embedded libvirt's namespace these are the routes of other labs. */
function routesAt(uri: string | undefined): HostRoute[] {
  const embedded = uri === undefined;
  if (embedded ? !fs.existsSync(embeddedNetns) || process.getuid?.() !== 0 : isRemote(uri)) return [];
  const enter = embedded ? ["nsenter", `--net=${embeddedNetns}`, "--"] : [];
  const [program, ...words] = [...enter, "ip", "-4", "-json", "route"];
  try {
    return JSON.parse(
      execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    ) as HostRoute[];
  } catch {
    return []; // there is no ip: host/packages reports that
  }
}

/** The rows in the form that host/doctor reads. */
const rowsOf = (conditions: readonly Condition[]): string =>
  conditions
    .map(({ state, requirement, found, why, fix = "-" }) => `${[state, requirement, found, why, fix].join("\t")}\n`)
    .join("");

/** The topology of a lab that is to be made. Mistakes in its file are an error. */
export function wantedTopology(stack: Stack, webs?: number): Topology {
  const topology = loadTopology(stack.file, overridesOf(stack, webs));
  checkClientPlace(topology, platforms.wantedUri(platformUri(stack)) ?? "");
  return topology;
}

/** A stack's topology, and what it needs of this host. */
async function asked(stack: Stack, webs?: number): Promise<{ topology: Topology; uri?: string; rows: string }> {
  const configured = platformUri(stack);
  const topology = wantedTopology(stack, webs);
  const uri = await platforms.expectedUri(configured);
  const rows = rowsOf(conditionsOf(topology, uri, hostFacts(uri)));
  return { topology, rows, ...(uri === undefined ? {} : { uri }) };
}

/**
 * The topology that `up` is about to deploy. Mistakes in its file are an error, and then everything that this host lacks is one, before
 * anything is made or fetched.
 */
export async function readyTopology(stack: Stack, webs?: number): Promise<Topology> {
  const { topology, rows, uri } = await asked(stack, webs);
  const words = [inRoot("host", "doctor"), "--before-up", "--with", "-", ...(uri === undefined ? [] : ["--uri", uri])];
  const { code, stderr } = await tryRun(words, { input: rows });
  if (code !== 0) throw new UserError(stderr.trim().replace(/^lab: /, ""));
  return topology;
}

// As a program, for host/doctor: prints the rows of the lab that it names.
if (require.main === module)
  asked(stackOf(process.argv[2]))
    .then(({ rows }) => process.stdout.write(rows))
    .catch((error: unknown) => {
      const said = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      const row = { state: "missing", requirement: "topology", found: said, why: "the lab is made from it" } as const;
      process.stdout.write(rowsOf([{ ...row, fix: "./scripts/lab check FILE lists all mistakes" }]));
    });
