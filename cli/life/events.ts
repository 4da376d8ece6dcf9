/** Pulumi's log of what an engine does: one JSON document a line (sdk/go/common/apitype, EngineEvent). Pure. */
import { nameOf } from "./deployment";

/** Of an event's many kinds and fields those that are read here. */
type Event = {
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
};
type Metadata = { readonly urn: string; readonly op: string };

/** All whole events of a log. The last line may be half written: the engine is at work, or was killed. */
export const eventsOf = (log: string): Event[] =>
  log
    .slice(0, log.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

/** What an engine did last with a resource, and whether that is over. */
export type Operation = { readonly op: string; readonly done: boolean };

/** What an engine has done so far, by the resources' own names. */
export function operationsOf(events: readonly Event[]): Map<string, Operation> {
  const last = new Map<string, Operation>();
  for (const { resourcePreEvent: begun, resOutputsEvent: ended } of events) {
    const { metadata } = ended ?? begun ?? {};
    if (metadata !== undefined) last.set(nameOf(metadata), { op: metadata.op, done: ended !== undefined });
  }
  return last;
}
