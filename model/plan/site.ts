import { posix } from "node:path";
import type { Config } from "../keepalived/config/config";
import { type Files, filesOf } from "../keepalived/files";
import type { Position } from "../keepalived/finding";
import type { Script } from "../keepalived/kinds/scripts";
import { readConfiguration, type Reading } from "../keepalived/read";
import { acceptedIn } from "./accept";
import { askedPackets } from "./host/asked";
import { type HostFiles, hostOf } from "./host/host";
import { canonical, type Cidr, familyOf } from "./addresses";
import type { Card, Node, Plan, Program } from "./plan";
import type { SiteFacts } from "./siteFile";

/** A file of a machine. */
export interface SiteFile {
  readonly text: string;
  readonly isExecutable: boolean;
}

/** The files of one machine. Paths are as messages show them. */
export interface Machine {
  readonly name: string;
  /** Its keepalived.conf. */
  readonly main: string;
  /** The folder that represents the machine's `/`; absent: the main file's folder represents /etc/keepalived. */
  readonly root?: string;
  /** The folder that is this machine's alone; absent: other machines' files stand beside its own. */
  readonly folder?: string;
  readonly files: ReadonlyMap<string, SiteFile>;
  /** The output of `ip -json address`; absent: not available. */
  readonly cards?: readonly Card[];
}

const HOME = "/etc/keepalived/";

/** The local path for a path of the machine; undefined: no folder represents it. */
export function placeOf(path: string, { root, main }: Machine): string | undefined {
  if (root !== undefined) return posix.join(root, path);
  return path.startsWith(HOME) ? posix.join(posix.dirname(main), path.slice(HOME.length)) : undefined;
}

/** The machine's path for a local one: {@link placeOf} backwards. The main file is keepalived.conf there, whatever its name is here. */
export function machinePath(local: string, { root, main }: Machine): string {
  if (local === main) return `${HOME}keepalived.conf`;
  return root === undefined
    ? posix.join(HOME, posix.relative(posix.dirname(main), local))
    : posix.join("/", posix.relative(root, local));
}

/** The machine's files for the keepalived reader. No files of the host are read. */
function reachable(machine: Machine): Files {
  const files = filesOf({ get: (path) => machine.files.get(path)?.text, keys: () => machine.files.keys() });
  const here = (path: string): string =>
    path.startsWith("/") && !machine.files.has(path) ? (placeOf(path, machine) ?? path) : path;
  const read = (path: string): string | undefined => {
    const text = files.read(here(path));
    // A binary file counts as unreadable.
    return text?.includes("\0") ? undefined : text;
  };
  return { read, glob: (pattern) => files.glob(here(pattern)) };
}

/** The version of the machine's keepalived: site.yaml, or the output of `keepalived --version` in its folder. */
function versionOf({ folder, files }: Machine, { keepalived }: SiteFacts): string | undefined {
  const said = folder === undefined ? undefined : files.get(posix.join(folder, "keepalived.version"))?.text;
  return keepalived ?? /^Keepalived v(\d+\.\d+(?:\.\d+)?)/.exec(said ?? "")?.[1];
}

/** One machine's configuration as its daemon reads it. */
export function readingOf(machine: Machine, facts: SiteFacts): Reading {
  const version = versionOf(machine, facts);
  return readConfiguration(machine.main, reachable(machine), {
    configId: machine.name,
    ...(version === undefined ? {} : { version }),
  });
}

/** A machine with the configuration of its daemon. */
export interface Configured extends Pick<Reading, "config" | "findings"> {
  readonly machine: Machine;
}

/** Builds the plan of a site from its files. */
export const planOf = (machines: readonly Machine[], facts: SiteFacts): Plan =>
  planOfConfigs(
    machines.map((machine) => ({ machine, ...readingOf(machine, facts) })),
    facts,
  );

/** Builds the plan of machines whose configurations are known. */
export function planOfConfigs(configured: readonly Configured[], facts: SiteFacts): Plan {
  const vips = new Set(
    configured.flatMap(({ config }) =>
      config.instances.flatMap(({ priority, virtualIpaddress, virtualIpaddressExcluded }) =>
        priority.value === 255
          ? []
          : [...virtualIpaddress, ...virtualIpaddressExcluded].map(({ value }) => canonical(value.address)),
      ),
    ),
  );
  const nodes = configured.map(({ machine, config, findings }): Node => {
    const said = facts.cards.get(machine.name);
    const cards = said ?? (machine.cards ? withoutVips(machine.cards, vips) : sourcesOf(config));
    return Object.freeze({
      name: machine.name,
      config,
      findings,
      cards: Object.freeze(cards),
      programs: Object.freeze(programsOf(config, machine)),
      host: hostOf(hostFilesOf(machine)),
      accepted: Object.freeze(config.files.flatMap((file) => acceptedIn(file, machine.files.get(file)?.text ?? ""))),
    });
  });
  return Object.freeze({
    nodes: Object.freeze(nodes),
    segments: Object.freeze(facts.segments),
    accepted: Object.freeze(facts.accepted),
    assumed: Object.freeze(
      assumed(
        nodes,
        configured.every(({ machine }) => versionOf(machine, facts) !== undefined),
      ),
    ),
  });
}

/** The files beside a configuration; none if other machines' files are there too. */
const hostFilesOf = ({ folder, files }: Machine): HostFiles => ({
  folder: folder ?? "",
  texts: new Map(folder === undefined ? [] : [...files].map(([file, { text }]) => [file, text])),
});

/** A machine's own addresses, without those that it held as MASTER. */
const withoutVips = (cards: readonly Card[], vips: ReadonlySet<string>): readonly Card[] =>
  cards.map((card) =>
    Object.freeze({ ...card, addresses: Object.freeze(card.addresses.filter(({ address }) => !vips.has(address))) }),
  );

/** Source addresses of adverts are the machine's own. Their prefixes are unknown. */
function sourcesOf({ instances }: Config): readonly Card[] {
  const cards = new Map<string, Map<string, Cidr>>();
  for (const { sourceIp, interface: card } of instances) {
    if (!sourceIp || !card) continue;
    const address = canonical(sourceIp.value);
    const all = cards.get(card.value) ?? new Map<string, Cidr>();
    cards.set(card.value, all.set(address, { address, prefix: familyOf(address) === "inet" ? 32 : 128 }));
  }
  return [...cards].map(([name, all]) => Object.freeze({ name, addresses: Object.freeze([...all.values()]) }));
}

/** A script as a configuration names it. */
export interface WrittenScript {
  /** The keyword of the line: "script", "notify_master" … */
  readonly word: string;
  readonly written: { readonly value: Script; readonly at: Position };
  /** Whether its block names the user that runs it. */
  readonly hasUser: boolean;
}

/** Every script that a configuration starts. */
export function scriptsOf(config: Config): readonly WrittenScript[] {
  const script = (word: string, written: WrittenScript["written"] | undefined, hasUser = false): WrittenScript[] =>
    written ? [{ word, written, hasUser }] : [];
  const notifies = [...config.instances, ...config.syncGroups].flatMap((one) => [
    ...script("notify", one.notify),
    ...script("notify_master", one.notifyMaster),
    ...script("notify_backup", one.notifyBackup),
    ...script("notify_fault", one.notifyFault),
    ...script("notify_stop", one.notifyStop),
  ]);
  const services = config.virtualServers.flatMap((vs) => [
    ...script("quorum_up", vs.quorumUp),
    ...script("quorum_down", vs.quorumDown),
    ...vs.realServers.flatMap((rs) => [
      ...script("notify_up", rs.notifyUp),
      ...script("notify_down", rs.notifyDown),
      ...rs.checks.flatMap((check) =>
        check.method === "MISC_CHECK" ? script("misc_path", check.miscPath, check.user !== undefined) : [],
      ),
    ]),
  ]);
  return [
    ...config.scripts.flatMap((one) => script("script", one.script, one.user !== undefined)),
    ...notifies,
    ...services,
  ];
}

function programsOf(config: Config, machine: Machine): readonly Program[] {
  const hasDefault = config.global.scriptUser !== undefined;
  return scriptsOf(config).flatMap(({ word, written, hasUser }): Program[] => {
    const path = written.value.command[0];
    if (path === undefined) return [];
    const file = fileOf(path, machine);
    const isSaid = hasUser || hasDefault || written.value.user !== undefined;
    return [Object.freeze({ path, word, at: written.at, hasUser: isSaid, ...(file === undefined ? {} : { file }) })];
  });
}

const isProgram = ({ text, isExecutable }: SiteFile): boolean => isExecutable || text.startsWith("#!");

/** The file of a program with this path: at its place, or beside the configuration; undefined: it is not among the files. */
export function programFile(path: string, machine: Machine): SiteFile | undefined {
  if (!path.startsWith("/")) return undefined;
  const place = placeOf(path, machine);
  const beside = posix.join(posix.dirname(machine.main), posix.basename(path));
  return (place === undefined ? undefined : machine.files.get(place)) ?? machine.files.get(beside);
}

/** A script beside the configuration. It counts as missing only if its folder is available and has scripts; otherwise scripts were not collected. */
function fileOf(path: string, machine: Machine): Program["file"] {
  if (!path.startsWith("/")) return undefined;
  const place = placeOf(path, machine);
  const found = programFile(path, machine);
  if (found)
    return Object.freeze({
      isExecutable: found.isExecutable,
      hasInterpreter: found.text.startsWith("#!") || found.text.startsWith("\u007fELF"),
    });
  const isCollected =
    place !== undefined &&
    [...machine.files].some(([other, file]) => posix.dirname(other) === posix.dirname(place) && isProgram(file));
  return isCollected ? false : undefined;
}

/** The assumptions about missing information. */
function assumed(nodes: readonly Node[], isVersionKnown: boolean): readonly string[] {
  const unknown = nodes.filter(({ cards }) => cards.length === 0).map(({ name }) => name);
  const own = new Set(
    nodes.flatMap(({ cards }) => cards.flatMap(({ addresses }) => addresses.map(({ address }) => address))),
  );
  const strangers = new Set(
    nodes
      .flatMap(({ config }) => config.instances.flatMap(({ unicastPeer }) => unicastPeer))
      .map(({ value }) => canonical(value.address))
      .filter((address) => !own.has(address)),
  );
  const absent = new Set(
    nodes.flatMap(({ programs }) =>
      programs.flatMap(({ path, file }) => (file === undefined && path.startsWith("/") ? [path] : [])),
    ),
  );
  const doubts = nodes.flatMap(({ name, config, host }) =>
    askedPackets(config, host).flatMap(({ what, fate: { verdict, at } }) =>
      verdict === "unknown" && at
        ? [`${name} lets in ${what}: ${at.file}:${at.line} is not understood, and may decide it`]
        : [],
    ),
  );
  return [
    ...(!isVersionKnown
      ? ['keepalived is of any version from 2.0 to 2.4 (`keepalived: "2.3.3"` in site.yaml names one)']
      : []),
    ...(nodes.length === 1 ? ["there is no peer, so rules about two machines have nothing to compare"] : []),
    ...(unknown.length > 0
      ? [
          `the own addresses of ${unknown.join(", ")} are unknown (run \`ip -json address > address.json\` beside the configuration, or use site.yaml)`,
        ]
      : []),
    ...(strangers.size > 0
      ? [`${[...strangers].join(", ")}: peers without a file here, or with an unknown address`]
      : []),
    ...doubts,
    ...(absent.size > 0 ? [`these scripts exist on the machines and are executable: ${[...absent].join(", ")}`] : []),
  ];
}
