import type { Topology } from "./topology";
import { ConfigError } from "./error";

/** Host names in a URI that mean this machine; an empty one does too. */
const own = ["", "localhost", "127.0.0.1", "[::1]"];

/** Whether a URI names the libvirt of another machine: driver+transport://[user@]host[:port]/path. */
export const isRemote = (uri: string): boolean => {
  const host = /^[a-z+]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?]*)/.exec(uri)?.[1] ?? "";
  return !own.includes(host);
};

/** Refuses a client namespace if libvirt runs on another machine: its bridges are not on this one. */
export function checkClientPlace({ name, client }: Topology, uri: string): void {
  if (client.kind === "vm" || !isRemote(uri)) return;
  const fix = "the hypervisor is another machine, and a namespace on this machine cannot reach its bridges";
  throw new ConfigError(`lab ${name} on ${uri}`, [{ path: "client.kind", got: "namespace", need: "vm", fix }]);
}
