import type { NewFinding, Position } from "../finding";

/** What is told: a conflict is a warning unless it says otherwise. */
type Told = Omit<NewFinding, "severity" | "rule"> & Partial<Pick<NewFinding, "severity" | "rule">>;

/** Reports a conflict of words in a block. Without a place it is about the whole block. */
export type Tell = (at: Position | undefined, complaint: Told) => void;
