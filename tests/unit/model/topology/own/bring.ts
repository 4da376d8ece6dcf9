import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { examineTopology } from "../../../../../documents/load";
import type { Examined } from "../../../../../model/topology/load";
import { ownDirectorsOf } from "../../../../../model/topology/own/config";
import type { OwnKeepalived } from "../../../../../model/topology/node";
import type { Topology } from "../../../../../model/topology/topology";

/** A site in a folder of its own: a director for each configuration, and two stand-ins. */
export function bring(
  configurations: readonly string[],
  beside: Readonly<Record<string, string>> = {},
): { readonly examined: Examined; readonly topology: Topology; readonly own: readonly OwnKeepalived[] } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-own-"));
  try {
    const names = configurations.map((_, index) => `lb${index + 1}`);
    for (const [index, name] of names.entries()) {
      fs.mkdirSync(path.join(folder, name));
      fs.writeFileSync(path.join(folder, name, "keepalived.conf"), configurations[index] ?? "");
      for (const [file, text] of Object.entries(beside)) {
        fs.mkdirSync(path.dirname(path.join(folder, name, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, name, file), text, { mode: 0o755 });
      }
    }
    const card = (address: string): object => ({ interfaces: { eth0: { segment: "lan", address } } });
    const file = path.join(folder, "lab.yaml");
    const nodes = {
      ...Object.fromEntries(
        names.map((name, index) => [
          name,
          { role: "director", keepalived: `${name}/keepalived.conf`, ...card(`10.9.9.${11 + index}`) },
        ]),
      ),
      rs1: { role: "server", ...card("10.9.9.21"), serves: [{ protocol: "http", port: 80 }] },
      rs2: { role: "server", ...card("10.9.9.22"), serves: [{ protocol: "udp", port: 514 }] },
    };
    fs.writeFileSync(
      file,
      stringify({
        name: "brought",
        description: "a site",
        segments: { lan: { cidr: "10.9.9.0/24" } },
        nodes,
        client: { segment: "lan", addresses: ["10.9.9.41"] },
      }),
    );
    const examined = examineTopology(file);
    const topology = examined.topology as Topology;
    return { examined, topology, own: ownDirectorsOf(topology).map(({ keepalived }) => keepalived) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** An instance with its own lines, and what follows it. */
export const instance = (inside = "", after = ""): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n${inside}    virtual_ipaddress {\n        10.9.9.100/24\n    }\n}\n${after}`;
