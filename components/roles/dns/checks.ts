import { dnsServersOf } from "../../../model/topology/queries";
import { type Check, differs, each, runs } from "../../checks/check";
import { UNKNOWN } from "./ask";

/** Checks of DNS servers. */
export const DNS: readonly Check[] = [
  {
    name: "names",
    title: "every DNS server gives the address of each of its names and knows no other name, and starts at boot",
    needs: "client",
    applies: (topology) => dnsServersOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        dnsServersOf(topology),
        seen,
        ({ name: server, records }, { units }) => [
          ...runs(units, "dnsmasq"),
          ...Object.entries({ ...records, [UNKNOWN]: "NXDOMAIN" }).map(([name, want]) =>
            differs(`the answer for ${name}`, seen.client.asked[server]?.names?.[name] ?? "", want),
          ),
        ],
        dnsServersOf(topology)
          .map(({ name, records }) => `${name}: ${said(records)}`)
          .join("; "),
      ),
  },
];

const said = (records: Readonly<Record<string, string>>): string =>
  Object.entries(records)
    .map(([name, address]) => `${name} is ${address}`)
    .join(", ");
