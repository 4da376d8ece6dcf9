import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import * as path from "node:path";
import { type Answer, askWords, parseAnswers, type Question } from "../../../../../components/roles/server/ask";
import { tryRun } from "../../../../../operations/run";

export const PROGRAM = path.join(__dirname, "../../../../../components/roles/server/server.pl");

/** Addresses of this machine's loopback: IPv6's only if there is IPv6. */
export const LOOPBACKS: readonly string[] = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .filter(({ internal }) => internal)
  .map(({ address }) => address);

/** Ports on which nobody listens. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}

/** Asks, as the client of a lab does. */
export const ask = async (questions: readonly Question[], seconds = 5): Promise<Answer[]> =>
  parseAnswers(questions, (await tryRun(askWords(questions, seconds))).stdout);

/** Runs the program while something is done, which begins when it answers one question. */
export async function withDaemon(words: readonly string[], ready: Question, use: () => Promise<void>): Promise<void> {
  const daemon = spawn("perl", [PROGRAM, ...words], { stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(daemon, "exit");
  try {
    const until = Date.now() + 30_000;
    while ("error" in ((await ask([ready]))[0] ?? {}))
      if (Date.now() > until || daemon.exitCode !== null) throw new Error(`perl ${PROGRAM} does not answer`);
    await use();
  } finally {
    daemon.kill();
    await ended;
  }
}
