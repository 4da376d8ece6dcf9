import type { Position } from "../../../model/keepalived/finding";

/** Something that the files say but the topology does not. */
export interface Unsaid {
  readonly at: Position;
  /** The words without their values, which may be secrets. */
  readonly what: string;
  readonly reason: string;
}
