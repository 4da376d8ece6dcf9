/** What the tests of libvirt use to run programs: the same as operations, without progress. */
import type { Programs } from "../../../../../components/platform/programs";
import { run, succeeded, tryRun } from "../../../../../operations/run";

export const programs: Programs = { run, tryRun, succeeded, note: () => undefined };
