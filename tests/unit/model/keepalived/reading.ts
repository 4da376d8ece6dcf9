import { filesOf } from "../../../../model/keepalived/files";
import type { Finding } from "../../../../model/keepalived/finding";
import { readConfiguration, type Reading, type ReadOptions } from "../../../../model/keepalived/read";

/** Reads a text as keepalived.conf, with further files beside it. */
export const read = (text: string, options: ReadOptions = {}, others: Readonly<Record<string, string>> = {}): Reading =>
  readConfiguration(
    "keepalived.conf",
    filesOf(new Map([["keepalived.conf", text], ...Object.entries(others)])),
    options,
  );

/** A finding in one line, as in the tables: `error* 3:5 unknown-word`. The star means that --config-test fails. */
export const brief = ({ severity, refused, line, column, rule }: Finding): string =>
  `${severity}${refused ? "*" : ""} ${line}:${column} ${rule}`;

/** An instance without findings, with additional lines. */
export const instance = (...lines: readonly string[]): string =>
  [
    "vrrp_instance VI_1 {",
    "  interface eth0",
    "  virtual_router_id 51",
    "  virtual_ipaddress {",
    "    192.0.2.10/24",
    "  }",
    ...lines,
    "}",
    "",
  ].join("\n");

/** A virtual server without findings, with additional lines in it and in its real server. */
export const server = (lines: readonly string[], inside: readonly string[] = [], service = "192.0.2.10 80"): string =>
  [
    `virtual_server ${service} {`,
    "  lb_algo rr",
    "  lb_kind DR",
    "  protocol TCP",
    ...lines,
    "  real_server 192.0.2.21 80 {",
    ...inside,
    "  }",
    "}",
    "",
  ].join("\n");
