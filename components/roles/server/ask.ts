import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../../model/limits";
import { endpoint } from "../../../model/plan/addresses";

import type { Service } from "../../../model/topology/node";
import { recordsOf, renderQuery, TXT } from "../dns/ask";

/** A question to whatever answers at an address, of either family: which server are you? */
export type Question = {
  readonly protocol: Service["protocol"];
  readonly address: string;
  readonly port: number;
  /** How DNS is asked; default: by UDP. The other protocols have one transport. */
  readonly transport?: "tcp" | "udp";
};

/** The name that answered, with the status of HTTP; or why there is none. */
export type Answer = { readonly name: string; readonly status?: number } | { readonly error: string };

/** The answers of a stand-in at its own address, by question: "http 80"; undefined: it serves nothing. */
export type WithAnswers = { readonly answers?: Readonly<Record<string, Answer>> };

/** No answer, for no known reason. */
export const NO_ANSWER: Answer = { error: "no answer" };

/** An answer as a text: "rs1", "rs1 with status 503", "status 204", "nothing (Connection refused)". */
export function sayAnswer(answer: Answer): string {
  if ("error" in answer) return `nothing (${answer.error})`;
  const { name, status } = answer;
  return [name, ...(status === undefined ? [] : [`status ${status}`])].filter(Boolean).join(" with ");
}

/** Who answered, in a word: the name; the status of an answer that has no page and so no name; in brackets why there is none. */
export const whoAnswered = (answer: Answer): string =>
  "error" in answer ? `(${answer.error})` : answer.name || sayAnswer(answer);

/** The answer that a service of a stand-in must give. Two statuses have no page (RFC 9110, 15.3.5 and 15.4.5). */
export function answerOf(name: string, { protocol, status = 200 }: Pick<Service, "protocol" | "status">): Answer {
  if (protocol !== "http" && protocol !== "https") return { name };
  return { name: PAGELESS.includes(status) ? "" : name, status };
}

/** Statuses of HTTP without a page. */
export const PAGELESS: readonly number[] = [204, 304];

const program = fs.readFileSync(path.join(__dirname, "ask.sh"), "utf8");

/** The words of a command that asks one question after another. It needs bash and curl, which every machine and the client have. */
export const askWords = (questions: readonly Question[], seconds: number = LIMITS.serverAnswer.seconds): string[] => [
  ...["bash", "-c", program, "ask", String(seconds)],
  ...questions.flatMap(wordsOf),
];

function wordsOf({ protocol, address, port, transport = protocol === "dns" ? "udp" : "tcp" }: Question): string[] {
  switch (protocol) {
    case "http":
    case "https":
      return ["curl", `${protocol}://${endpoint({ address, port })}/`];
    case "tcp":
      return ["tcp", address, String(port), "", ""];
    case "udp":
      return ["udp", address, String(port), bytes("name?\n"), ""];
    case "smtp":
      return ["tcp", address, String(port), "", bytes("QUIT\r\n")];
    case "dns": {
      const query = renderQuery("lvs-lab", TXT);
      // RFC 1035, 4.2.2: by TCP the length comes first.
      const length = `\\x00\\x${(query.length / 4).toString(16).padStart(2, "0")}`;
      return [transport, address, String(port), transport === "tcp" ? length + query : query, ""];
    }
  }
}

const bytes = (text: string): string =>
  Buffer.from(text).reduce((all, byte) => `${all}\\x${byte.toString(16).padStart(2, "0")}`, "");

/** Reads what the command printed: an answer for each question. */
export function parseAnswers(questions: readonly Question[], output: string): Answer[] {
  const lines = output.split("\n");
  return questions.map((question, index) => {
    const [, hex = "", wrong = ""] = /^([\da-f]*) ?(.*)$/.exec(lines[index] ?? "") ?? [];
    return nameIn(question, Buffer.from(hex, "hex")) ?? said(wrong, hex);
  });
}

function nameIn({ protocol, transport }: Question, answer: Buffer): Answer | undefined {
  const text = answer.toString("utf8");
  const [first = ""] = text.split(/\r?\n/);
  switch (protocol) {
    case "http":
    case "https": {
      // curl prints the status after the page.
      const status = Number(text.slice(-3));
      return status > 0 ? { name: text.includes("\n") ? first : text.slice(0, -3), status } : undefined;
    }
    case "tcp":
    case "udp":
      return first === "" ? undefined : { name: first };
    case "smtp": {
      const name = /^220[ -](\S+)/.exec(first)?.[1];
      return name === undefined ? undefined : { name };
    }
    case "dns": {
      const record = recordsOf(transport === "tcp" ? answer.subarray(2) : answer).find(({ type }) => type === TXT);
      // RFC 1035, 3.3.14: the length of the text comes first.
      return record && { name: record.data.subarray(1).toString("utf8") };
    }
  }
}

/** An answer without a name in it, cited; else what the program complained of last, without its name and its place in a script. */
function said(wrong: string, hex: string): Answer {
  const text = Buffer.from(hex, "hex").toString("utf8").trim();
  if (!/^(000)?$/.test(text)) return { error: `it says ${JSON.stringify(text.slice(0, 60))}` };
  const error = /^curl: (?:\(\d+\) )?(.*)$/.exec(wrong)?.[1] ?? wrong.split(": ").at(-1)?.trim() ?? "";
  return error === "" ? NO_ANSWER : { error };
}
