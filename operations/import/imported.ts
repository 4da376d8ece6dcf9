import type { Substitution } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { Made } from "./lab";
import type { Unrehearsed } from "./notes";

/** A site lab, and everything that a reader should know about it. */
export interface Imported {
  /** whole: the lab shows all that the files say; partial: not all; none: there is no lab. */
  readonly verdict: "whole" | "partial" | "none";
  readonly made?: Made;
  readonly topology?: Topology;
  /** The topology file. */
  readonly text: string;
  /** What the lab changes in the files. */
  readonly substitutions: readonly Substitution[];
  readonly standIns: readonly string[];
  readonly assumed: readonly string[];
  readonly unrehearsed: readonly Unrehearsed[];
  /** Errors in the site's files, each with its place: the lab shows what keepalived makes of them. */
  readonly errors: readonly string[];
  /** Why the topology is refused. */
  readonly problems: readonly string[];
  readonly guests: number;
  /** Of all guests together, in MiB. */
  readonly memory: number;
}
