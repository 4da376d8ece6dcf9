import { CLIENT } from "../../model/topology/packetPaths";
import type { RunOptions, RunResult } from "../run";
import type { Session } from "./session";
import { padTo, type Paint, widthOf } from "../terminal/terminal";

/** What a command did on one machine. */
export type Executed = { readonly node: string } & Pick<RunResult, "code" | "stdout" | "stderr">;

/** The exit code of ssh itself. */
const UNREACHABLE = 255;

/** Runs shell text on several machines at once. With `line` each line goes there as it comes, and is not in the result. */
export const execute = (
  session: Pick<Session, "ssh" | "client" | "lab">,
  nodes: readonly string[],
  text: string,
  line?: (node: string, text: string, stream: "stdout" | "stderr") => void,
): Promise<Executed[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const options: RunOptions = {
        timeout: Number.POSITIVE_INFINITY,
        ...(line === undefined ? {} : { line: (said, stream) => line(node, said, stream) }),
      };
      const guest = session.lab.nodes.some(({ name }) => name === node);
      const { code, stdout, stderr } =
        !guest && node === CLIENT
          ? await session.client(["sh", "-c", text], options)
          : await session.ssh(node, text, options);
      return { node, code, stdout, stderr };
    }),
  );

/** Puts the machine's name before a line; all names are padded to the same width. */
export function prefixed(nodes: readonly string[], paint: Paint): (node: string, text: string) => string {
  const width = Math.max(0, ...nodes.map(widthOf));
  return (node, text) => `${paint("busy", padTo(node, width))} | ${text}`;
}

/** What went wrong, a line for each machine. */
export const failures = (all: readonly Executed[]): string[] =>
  all
    .filter(({ code }) => code !== 0)
    .map(
      ({ node, code }) =>
        `${node}: ${code === UNREACHABLE ? "exit code 255, or SSH could not reach it" : `exit code ${code}`}`,
    );
