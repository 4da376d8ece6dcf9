/** The kernel's table of virtual servers as ipvsadm saves it: both families, firewall marks, flags. */
import { canonical, endpoint } from "../../model/plan/addresses";
import type { DirectorNode } from "../../model/topology/node";
import { linesOf, type Look } from "./look";

/** A virtual server of the table. */
export type SavedService = {
  /** "TCP 192.0.2.1:80", "UDP [2001:db8::1]:53", "FWM 5", "FWM 5 IPv6". */
  readonly service: string;
  readonly scheduler: string;
  /** Further properties, sorted: "persistent 300", "mask 255.255.255.0", "ops", "flag-1". */
  readonly more: readonly string[];
  readonly realServers: readonly SavedRealServer[];
};

export type SavedRealServer = {
  /** "192.0.2.11:80". */
  readonly at: string;
  /** "DR", "NAT", "TUN ipip". */
  readonly forwarding: string;
  readonly weight: number;
};

export type WithSavedTable = {
  /** Undefined: not a director that brings its own configuration. */
  readonly savedTable?: readonly SavedService[];
};

export const savedTable: Look<WithSavedTable, DirectorNode> = {
  ask: ({ node }) => (node.keepalived === undefined ? "" : "show table ipvsadm --save --numeric\n"),
  read: (part, { node }) => (node.keepalived === undefined ? {} : { savedTable: parseSaved(linesOf(part, "table")) }),
};

/** Address and port in one spelling. */
export const endpointText = (address: string, port: number): string => endpoint({ address: canonical(address), port });

const PROTOCOLS: Readonly<Record<string, string>> = { "-t": "TCP", "-u": "UDP", "--sctp-service": "SCTP" };

/** Options of ipvsadm(8) that stand alone; every other one has a value. */
const ALONE = ["-o", "-6", "-g", "-i", "-m"];

/** The options of a line, each with its value. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    found.set(word, ALONE.includes(word) ? "" : (words[++index] ?? ""));
  }
  return found;
}

function serviceOf(options: ReadonlyMap<string, string>): string {
  const mark = options.get("-f");
  if (mark !== undefined) return `FWM ${mark}${options.has("-6") ? " IPv6" : ""}`;
  const [word = "", text = ""] = [...options].find(([name]) => name in PROTOCOLS) ?? [];
  return `${PROTOCOLS[word]} ${spelt(text)}`;
}

/** `[2001:DB8::1]:80` and `192.0.2.1:80` in one spelling. */
function spelt(text: string): string {
  const [, address = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return endpointText(address, Number(port));
}

const forwardingOf = (options: ReadonlyMap<string, string>): string => {
  if (options.has("-m")) return "NAT";
  return options.has("-i") ? `TUN ${options.get("--tun-type") ?? "ipip"}` : "DR";
};

/** Lines of `ipvsadm --save --numeric`. */
export function parseSaved(lines: readonly string[]): readonly SavedService[] {
  const services: (Omit<SavedService, "realServers"> & { realServers: SavedRealServer[] })[] = [];
  for (const line of lines) {
    const [action, ...words] = line.trim().split(/\s+/);
    // ipvsadm writes the family of a mark behind it.
    const options = optionsOf(words);
    const service = serviceOf(options);
    const real = options.get("-r");
    if (action === "-A") {
      const [persistence, mask, flags] = ["-p", "-M", "-b"].map((name) => options.get(name));
      const more = [
        ...(persistence === undefined ? [] : [`persistent ${persistence}`]),
        ...(mask === undefined ? [] : [`mask ${mask}`]),
        ...(options.has("-o") ? ["ops"] : []),
        ...(flags === undefined ? [] : flags.split(",")),
      ].sort();
      services.push({ service, scheduler: options.get("-s") ?? "", more, realServers: [] });
    } else if (real !== undefined) {
      services
        .find((one) => one.service === service)
        ?.realServers.push({
          at: spelt(real),
          forwarding: forwardingOf(options),
          weight: Number(options.get("-w") ?? 1),
        });
    }
  }
  return services;
}
