/** What a drill is: plain data and pure functions. course.ts runs it. */
import type { Plan } from "../../model/plan/plan";
import type { Service } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import type { Family } from "../../model/topology/guest";
import type { Act } from "./act";
import type { Claim } from "./verdict";

/** What a drill knows of the lab before it begins. */
export type Place = {
  readonly topology: Topology;
  /** What keepalived shall run on each director: the lab's own timers. */
  readonly plan: Plan;
  /** What the client asks. */
  readonly service: Service;
  /** The director that holds the VIP. */
  readonly holder: string;
  /** The machine that it is done to. */
  readonly target: string;
  /** Distribution family of a node. */
  readonly family: (node: string) => Family;
};

export type Drill = {
  readonly name: string;
  /** What is done, one line. */
  readonly title: string;
  /** What clients may notice: nothing of the lab is lost. */
  readonly disturbs: string;
  readonly applies: (topology: Topology) => boolean;
  /** Machines that --target may name, the usual one first. */
  readonly targets: (place: Omit<Place, "target">) => readonly string[];
  /** What is claimed of it, from the configuration's own timers. */
  readonly claims: (place: Place) => readonly Claim[];
  readonly fault: (place: Place) => readonly Act[];
  /** Puts back what the fault took away. It must do no harm where the fault was not done, or only half. */
  readonly undo: (place: Place) => readonly Act[];
  /** Seconds from the fault until it is healed. */
  readonly lasts: (place: Place) => number;
  /** Seconds from the end of healing until the end, at least; default 3. */
  readonly settles?: (place: Place) => number;
  /** Connections that the client keeps open; default: none. */
  readonly held?: number;
  /** What the target's machine does meanwhile, if it runs no more: it writes no journal then. After a pause it goes on as before. */
  readonly machine?: "off" | "paused";
};
