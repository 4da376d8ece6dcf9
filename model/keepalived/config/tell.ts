import type { Complaint, Position } from "../finding";

/** Reports a conflict of words in an instance. Without a place it is about the whole instance. */
export type Tell = (
  at: Position | undefined,
  complaint: Omit<Complaint, "severity" | "rule"> & Partial<Pick<Complaint, "severity" | "rule">>,
) => void;
