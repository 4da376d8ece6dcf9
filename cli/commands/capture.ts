import { CLIENT } from "../../model/topology/packetPaths";
import { renderCapture } from "../../operations/session/capture";
import { command } from "../command";
import { withSession } from "../../operations/engine/deployed";
import type { RunOptions } from "../../operations/run";
import { UserError } from "../../model/userError";
import { stackOf } from "../../operations/engine/stack";

/** Resolves at the first signal that asks the program to end. */
const asked = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(""));
  });

export default command(
  {
    name: "capture",
    kind: "reads",
    summary: "write a node's packets to standard output as a pcap file, until Ctrl-C",
    details: ["It leaves out its own SSH connection, and leaves no file behind."],
    lab: "option",
    operands: {
      NODE: { what: "a node of the lab, or `client`" },
      FILTER: { what: "which packets: pcap-filter(7)", optional: true, many: true, passed: true },
    },
    options: { interface: { what: "the network card, or any; default: the node's first card", value: "NAME" } },
    examples: ["capture web1 | wireshark -k -i -", "capture --interface any zhuserver vrrp or arp >vrrp.pcap"],
  },
  ({ lab, operands: { NODE, FILTER }, options: { interface: card } }) => {
    if (process.stdout.isTTY)
      throw new UserError(
        "capture: got a terminal for the packets, need a file or a pipe (such as | wireshark -k -i -)",
      );
    return withSession(stackOf(lab), async (session) => {
      // tcpdump writes its last packets when its standard input ends.
      const options: RunOptions = { show: "all", apart: true, input: asked(), timeout: Number.POSITIVE_INFINITY };
      const { namespace } = session.lab.client;
      const { code } =
        NODE === CLIENT && namespace !== undefined
          ? await session.client(["sh", "-c", renderCapture(card ?? "any", FILTER)], options)
          : await session.ssh(
              NODE,
              renderCapture(card ?? session.node(NODE).interfaces[0]?.name ?? "any", FILTER),
              options,
            );
      return code;
    });
  },
);
