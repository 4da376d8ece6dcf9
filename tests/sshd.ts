import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import type { Temporary } from "../operations/temporary";
import { run } from "../operations/run";

/** A real sshd on loopback, with a host key of its own and one key that may log in as this user. */
export class Sshd {
  #server: ChildProcess | undefined;
  port = 0;

  constructor(readonly folder: Temporary) {}

  /** Starts it; `settings` are words of sshd_config(5). Leaves the keys `key` and `host` in its folder. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const name of ["key", "host"])
      await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", this.folder.at(name)]);
    this.port = await new Promise<number>((resolve) => {
      const probe = net.createServer().listen(0, "127.0.0.1", () => {
        const found = (probe.address() as net.AddressInfo).port;
        probe.close(() => resolve(found));
      });
    });
    fs.copyFileSync(this.folder.at("key.pub"), this.folder.at("authorized"));
    if (process.getuid?.() === 0) fs.mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const all = {
      Port: `${this.port}`,
      ListenAddress: "127.0.0.1",
      HostKey: this.folder.at("host"),
      AuthorizedKeysFile: this.folder.at("authorized"),
      PidFile: "none",
      StrictModes: "no",
      UsePAM: "no",
      PermitRootLogin: "yes",
      ...settings,
    };
    const words = Object.entries(all).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
    const server = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", "/dev/null", ...words], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.stderr.on("data", (chunk: Buffer) => (said += String(chunk)).includes("listening") && resolve());
      server.on("exit", () => reject(new Error(said)));
    });
  }

  stop(): void {
    this.#server?.removeAllListeners("exit");
    this.#server?.kill();
    this.folder.remove();
  }
}
