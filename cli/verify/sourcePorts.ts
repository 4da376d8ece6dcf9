/**
 * Source ports for requests whose order means something. With direct routing IPVS sees the client's packets alone, and keeps a connection for
 * two minutes after the client's FIN (FIN_WAIT). A SYN from the same address and port meanwhile goes to the same real server, out of turn
 * (`net.ipv4.vs.conn_reuse_mode`, Documentation/networking/ipvs-sysctl.rst). Linux chooses a new block of ports every ten seconds, so a client
 * that leaves the choice to its kernel does meet such a port now and then. So no port is asked from twice within that time.
 */

/** Below the kernel's own choice (`net.ipv4.ip_local_port_range`), above what services have. */
const FIRST = 10_000;
const COUNT = 22_768;
/** How many ports go by in a second, used or not: several commands in a row, each a process of its own, go by the clock alone. */
const PER_SECOND = 50;

let next = 0;

/** Takes so many ports. None comes again for {@link COUNT} / {@link PER_SECOND} seconds, 455, which is more than IPVS's two minutes. */
export function takePorts(count: number, now = Date.now() / 1000): number[] {
  const begin = Math.max(next, Math.floor(now * PER_SECOND));
  next = begin + count;
  return Array.from({ length: count }, (_, index) => FIRST + ((begin + index) % COUNT));
}
