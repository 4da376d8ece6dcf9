/** The configurations that directors bring, as a topology carries them. */
import { posix } from "node:path";
import { rootOf } from "../../plan/machineFiles";
import { readingOf, type Machine } from "../../plan/site";
import { NOTHING } from "../../plan/siteFile";
import type { Reading } from "../../keepalived/read";
import type { DirectorNode, Node, OwnKeepalived } from "../node";
import type { Topology } from "../topology";

const HOME = "/etc/keepalived";
/** The path of the main file on its machine. */
export const MAIN = `${HOME}/keepalived.conf`;

/** A director with a configuration of its own. */
export type OwnDirector = DirectorNode & { readonly keepalived: OwnKeepalived };

/** Whether a node is a director that brings its configuration. */
export const isOwn = (node: Node): node is OwnDirector => node.role === "director" && node.keepalived !== undefined;

/** The directors that bring their configurations, in the order of the file: all of a lab's, or none. */
export const ownDirectorsOf = ({ nodes }: Pick<Topology, "nodes">): readonly OwnDirector[] =>
  Object.values(nodes).filter(isOwn);

/** Whether the directors of a lab bring their configurations: it is a site lab. */
export const isSite = (topology: Pick<Topology, "nodes">): boolean => ownDirectorsOf(topology).length > 0;

/** Whether a text is a script, which its machine must be able to run. */
export const isScript = (text: string): boolean => text.startsWith("#!");

/**
 * A director's files as those of a machine, with the stand-ins for its scripts. They have the paths of the site's files, which tell the
 * machines apart.
 */
export function machineOf({ name, keepalived }: OwnDirector): Machine {
  const { file, files, standIns } = keepalived;
  const root = rootOf(file);
  const place = (path: string): string => siteFile(file, path);
  return {
    name,
    main: place(MAIN),
    ...(root === undefined ? {} : { root }),
    files: new Map([
      ...standIns.scripts.filter((path) => path.startsWith("/")).map((path) => [place(path), STAND_IN] as const),
      ...Object.entries(files).map(([path, text]) => [place(path), { text, isExecutable: isScript(text) }] as const),
    ]),
  };
}

const STAND_IN = { text: "#!/bin/sh\n", isExecutable: true };

/** The site's path of a machine's file, beside its keepalived.conf (`main`, as the topology file says it). */
function siteFile(main: string, path: string): string {
  if (path === MAIN) return posix.normalize(main);
  const root = rootOf(main);
  if (root !== undefined) return posix.join(root, path);
  const inside = path.startsWith(`${HOME}/`) ? posix.relative(HOME, path) : posix.basename(path);
  return posix.join(posix.dirname(main), inside);
}

const known = new WeakMap<OwnKeepalived, Reading>();

/** A director's configuration as its daemon reads it. */
export function readingOfOwn(node: OwnDirector): Reading {
  const reading = known.get(node.keepalived) ?? readingOf(machineOf(node), NOTHING);
  known.set(node.keepalived, reading);
  return reading;
}

/** Whether the directors of a site lab hold VIPs by VRRP. Without an instance keepalived only checks real servers. */
export const hasInstances = (topology: Pick<Topology, "nodes">): boolean =>
  ownDirectorsOf(topology).some((node) => readingOfOwn(node).config.instances.length > 0);
