/** Pulumi's log of what an engine does: one JSON document a line (sdk/go/common/apitype, EngineEvent). */
import * as fs from "node:fs";
import { nameOf } from "./deployment";

/** Of an event's many kinds and fields those that are read here. */
export type EngineEvent = {
  readonly diagnosticEvent?: Diagnostic;
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> | null };
};

export type Diagnostic = {
  readonly urn?: string;
  readonly message: string;
  readonly severity: string;
  /** True: of this moment only, such as a line of a command that runs. */
  readonly ephemeral?: boolean;
};

type Metadata = { readonly urn: string; readonly op: string; readonly type: string };

/**
 * All whole events of a log. The last line may be half written: the engine is at work, or was killed. Not those for debugging, which hold
 * every value that the program gave, secrets too (seen with 3.250.0): nobody gets to see them.
 */
export const eventsOf = (log: string): EngineEvent[] =>
  log
    .slice(0, log.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent)
    .filter(({ diagnosticEvent }) => diagnosticEvent?.severity !== "debug");

/** What a diagnostic says, without its colours, which are marked as <{%fg 1%}>. */
export const messageOf = ({ message }: Diagnostic): string => message.replace(/<\{%[^%]*%\}>/g, "").trim();

/** A log of events that somebody else writes meanwhile. */
export class EventLog {
  private readonly descriptor: number;
  /** What was read of the line that is not whole yet. */
  private rest = Buffer.alloc(0);

  /** The file is made here: what is opened is what the engine then writes into. */
  constructor(file: string) {
    this.descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_CREAT, 0o600);
  }

  /** The events that have come since the last call. */
  read(): EngineEvent[] {
    const chunk = Buffer.alloc(1 << 16);
    const parts = [this.rest];
    for (;;) {
      const bytes = fs.readSync(this.descriptor, chunk, 0, chunk.length, null);
      if (bytes === 0) break;
      parts.push(Buffer.from(chunk.subarray(0, bytes)));
    }
    const text = Buffer.concat(parts);
    const end = text.lastIndexOf("\n") + 1;
    this.rest = Buffer.from(text.subarray(end));
    return eventsOf(text.subarray(0, end).toString("utf8"));
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }
}

/** What an engine did last with a resource, and whether that is over. */
export type Operation = { readonly op: string; readonly done: boolean };

/** What an engine has done so far, by the resources' own names. */
export function operationsOf(events: readonly EngineEvent[]): Map<string, Operation> {
  const last = new Map<string, Operation>();
  for (const { resourcePreEvent: begun, resOutputsEvent: ended } of events) {
    const { metadata } = ended ?? begun ?? {};
    // A replacement is told as its two halves too.
    if (metadata !== undefined && metadata.op !== "replace")
      last.set(nameOf(metadata), { op: metadata.op, done: ended !== undefined });
  }
  return last;
}
