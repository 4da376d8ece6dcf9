import { isIP } from "node:net";
import type { Position } from "../../keepalived/finding";
import { canonical } from "../addresses";

/** A service of an ipvsadm(8) ruleset, in the form of ipvsadm-save(8). */
export interface IpvsService {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly address: string;
  readonly port: number;
  readonly at: Position;
}

const PROTOCOLS: Readonly<Record<string, IpvsService["protocol"]>> = {
  "-t": "TCP",
  "--tcp-service": "TCP",
  "-u": "UDP",
  "--udp-service": "UDP",
  "--sctp-service": "SCTP",
};
const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, domain: 53, smtp: 25, ftp: 21, mysql: 3306 };

/** The services that a ruleset adds, with an address. Firewall marks and addresses that are names are left out. */
export const readIpvsadm = (file: string, text: string): readonly IpvsService[] =>
  text.split("\n").flatMap((line, index): IpvsService[] => {
    const words = line
      .trim()
      .replace(/^(?:\S*\/)?ipvsadm\s+/, "")
      .split(/\s+/);
    if (words[0] !== "-A" && words[0] !== "--add-service") return [];
    const place = words.findIndex((word) => word in PROTOCOLS);
    const protocol = PROTOCOLS[words[place] ?? ""];
    const [, bracketed, bare, port = ""] = /^(?:\[([^\]]+)\]|([^:]+)):(\S+)$/.exec(words[place + 1] ?? "") ?? [];
    const address = bracketed ?? bare ?? "";
    const number = PORTS[port] ?? Number(port);
    return protocol === undefined || isIP(address) === 0 || !Number.isInteger(number)
      ? []
      : [{ protocol, address: canonical(address), port: number, at: { file, line: index + 1, column: 1 } }];
  });
