/**
 * Source ports for requests whose order counts. With direct routing IPVS sees only the client's packets, and keeps a connection for two minutes
 * after the client's FIN (FIN_WAIT). A SYN from the same address and port in that time goes to the same real server, out of turn
 * (`net.ipv4.vs.conn_reuse_mode`, Documentation/networking/ipvs-sysctl.rst). Linux chooses a new block of ports every ten seconds, so a client
 * whose kernel chooses the port does meet such a port now and then. Therefore no port is used twice within that time.
 */

/** Below the ports that the kernel chooses (`net.ipv4.ip_local_port_range`), and above those of services. */
export const FIRST = 10_000;
export const COUNT = 22_768;
/** How many ports pass per second, used or not. Several commands in a row are separate processes, and share only the clock. */
const PER_SECOND = 50;

let next = 0;

/** Takes so many ports. None comes again for {@link COUNT} / {@link PER_SECOND} = 455 seconds, which is more than IPVS's two minutes. */
export function takePorts(count: number, now = Date.now() / 1000): number[] {
  const begin = Math.max(next, Math.floor(now * PER_SECOND));
  next = begin + count;
  return Array.from({ length: count }, (_, index) => FIRST + ((begin + index) % COUNT));
}
