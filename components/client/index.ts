import * as fs from "node:fs";
import * as path from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Route } from "../../infra/model/topology";
import type { Segment } from "../segment";

export type ClientArgs = {
  /** Where it is plugged in. */
  readonly segment: Segment;
  /** Name of the network namespace. */
  readonly namespace: string;
  /** Name of its card. */
  readonly card: string;
  /** Name of the card's end in the bridge, at most 15 characters. */
  readonly port: string;
  /** Source addresses with prefix length; the first is the default one. */
  readonly addresses: readonly string[];
  readonly mac: string;
  /** Static routes; its own segment needs none. */
  readonly routes: readonly Route[];
};

const script = fs.readFileSync(path.join(__dirname, "netns.sh"), "utf8");

/**
 * Where requests come from: a network namespace with a card of its own on the segment's bridge, on the machine that runs
 * Pulumi, which is the hypervisor's or has the bridge too. Needs root. A namespace and no VM, so that measurements are exact.
 */
export class Client extends pulumi.ComponentResource {
  constructor(name: string, args: ClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Client", name, {}, opts);

    const run = (verb: "up" | "down"): string => `set -- ${verb}\n${script}`;
    new local.Command(
      `${name}-namespace`,
      {
        create: run("up"),
        delete: run("down"),
        environment: {
          NAMESPACE: args.namespace,
          CARD: args.card,
          PORT: args.port,
          BRIDGE: args.segment.bridge,
          MAC: args.mac,
          ADDRESSES: args.addresses.join(" "),
          ...(args.routes.length === 0 ? {} : { ROUTES: args.routes.map(({ to, via }) => `${to},${via}`).join(" ") }),
        },
        addPreviousOutputInEnv: false,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        // A bridge that is made again has lost the card.
        ...(args.segment.network === undefined ? {} : { replaceWith: [args.segment.network] }),
      },
    );
    this.registerOutputs({});
  }
}
