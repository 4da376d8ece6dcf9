import type { Topology } from "../model/topology";
import { ConfigError } from "./error";

/** The names of this machine as a URI may have them; without a name it is this one as well. */
const own = ["", "localhost", "127.0.0.1", "[::1]"];

/** Whether a libvirt is another machine's, by its URI: driver+transport://[user@]host[:port]/path. */
export const isRemote = (uri: string): boolean => {
  const host = /^[a-z+]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?]*)/.exec(uri)?.[1] ?? "";
  return !own.includes(host);
};

/** Refuses a client that could not be plugged in: the bridges of another machine's libvirt are not here. */
export function checkClientPlace({ name, client }: Topology, uri: string): void {
  if (client.kind === "vm" || !isRemote(uri)) return;
  const fix = "the hypervisor is another machine, and a namespace of this one has no bridge there to be plugged into";
  throw new ConfigError(`lab ${name} on ${uri}`, [{ path: "client.kind", got: "namespace", need: "vm", fix }]);
}
