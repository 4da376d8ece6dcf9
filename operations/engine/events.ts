/** Pulumi's log of an engine's events: one JSON document per line (sdk/go/common/apitype, EngineEvent). */
import * as fs from "node:fs";
import { nameOf } from "./deployment";

/** An event, with the kinds and fields that are read here. */
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
  /** True: of short interest only, such as a line of a running command. */
  readonly ephemeral?: boolean;
};

type Metadata = { readonly urn: string; readonly op: string; readonly type: string };

/**
 * All whole events of a log. The last line may be half written, because the engine is running or was killed. Drops events for debugging, because
 * they hold every value of the program, secrets too (seen with 3.250.0).
 */
export const eventsOf = (log: string): EngineEvent[] =>
  log
    .slice(0, log.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent)
    .filter(({ diagnosticEvent }) => diagnosticEvent?.severity !== "debug");

/** The text of a diagnostic without its colours, which are marked as <{%fg 1%}>. */
export const messageOf = ({ message }: Diagnostic): string => message.replace(/<\{%[^%]*%\}>/g, "").trim();

/** A log of events that another program is writing. */
export class EventLog {
  private readonly descriptor: number;
  /** The part of an unfinished line that was read. */
  private rest = Buffer.alloc(0);

  /** Makes the file, so that it is the one that the engine then writes into. */
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

/** An engine's last operation on a resource, and whether it has ended. */
export type Operation = { readonly op: string; readonly done: boolean };

/** The operations so far, by the resources' own names. */
export function operationsOf(events: readonly EngineEvent[]): Map<string, Operation> {
  const last = new Map<string, Operation>();
  for (const { resourcePreEvent: begun, resOutputsEvent: ended } of events) {
    const { metadata } = ended ?? begun ?? {};
    // A replacement also has events for its two halves.
    if (metadata !== undefined && metadata.op !== "replace")
      last.set(nameOf(metadata), { op: metadata.op, done: ended !== undefined });
  }
  return last;
}
