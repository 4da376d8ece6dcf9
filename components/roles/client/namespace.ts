import * as fs from "node:fs";
import * as path from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { partName } from "../../../model/topology/names";
import type { Route } from "../../../model/topology/node";
import type { MadeSegment } from "../../platform/hardware";

export type ClientArgs = {
  /** Its segment's bridge. */
  readonly segment: MadeSegment;
  /** Name of the network namespace. */
  readonly namespace: string;
  /** Name of its interface. */
  readonly card: string;
  /** Name of the other end, which is in the bridge; at most 15 characters. */
  readonly port: string;
  /** Source addresses with prefix length. The first one is the default. */
  readonly addresses: readonly string[];
  /** Further source addresses with prefix length, IPv4 or IPv6. Default: none. */
  readonly aliases?: readonly string[] | undefined;
  readonly mac: string;
  /** Static routes. Its own segment needs none. */
  readonly routes: readonly Route[];
};

const script = fs.readFileSync(path.join(__dirname, "netns.sh"), "utf8");
const aliasScript = fs.readFileSync(path.join(__dirname, "aliases.sh"), "utf8");

/**
 * The machine that sends requests: a network namespace with its own interface on the segment's bridge, on the machine that runs
 * Pulumi, which must be the hypervisor. Needs root. It is a namespace instead of a VM, so that measurements are exact.
 */
export class Client extends pulumi.ComponentResource {
  constructor(name: string, args: ClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Client", name, {}, opts);

    const { aliases = [] } = args;
    const run = (verb: "up" | "down"): string => `set -- ${verb}\n${script}`;
    new local.Command(
      partName(name, "namespace"),
      {
        create: `${run("up")}${aliases.length === 0 ? "" : aliasScript}`,
        delete: run("down"),
        environment: {
          NAMESPACE: args.namespace,
          CARD: args.card,
          PORT: args.port,
          BRIDGE: args.segment.bridge,
          MAC: args.mac,
          ADDRESSES: args.addresses.join(" "),
          ...(aliases.length === 0 ? {} : { ALIASES: aliases.join(" ") }),
          ...(args.routes.length === 0 ? {} : { ROUTES: args.routes.map(({ to, via }) => `${to},${via}`).join(" ") }),
        },
        addPreviousOutputInEnv: false,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        // A new bridge does not have the interface any more.
        ...(args.segment.network === undefined ? {} : { replaceWith: [args.segment.network] }),
      },
    );
    this.registerOutputs({});
  }
}
